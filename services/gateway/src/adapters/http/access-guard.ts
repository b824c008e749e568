import { Inject, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { PermissionName } from '@signalbox/contracts';
import { authExpired, fatal, forbidden } from '@signalbox/kernel';
import { requirePermission } from '@signalbox/platform-auth';
import { originVerdict } from '../../domain/same-origin.ts';
import { PUBLIC_ROUTES } from '../../public-routes.ts';
import { Authentication } from './authentication.ts';
import { CALLER, REQUIRES, routesOf } from './routing.ts';
import { GATEWAY_CONFIG } from './tokens.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets a request through when its route is public or its caller has what the route requires. Refuses when in doubt. */
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(GATEWAY_CONFIG) private readonly config: { publicUrl: string },
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const routes = routesOf(context.getClass(), context.getHandler());
    const open = routes.length > 0 && routes.every((route) => Object.hasOwn(PUBLIC_ROUTES, route));
    if (open) {
      if (!SAFE.has(request.method)) this.requireSameOrigin(request, { unknownIsFine: true });
      return true;
    }
    const required = Reflect.getMetadata(REQUIRES, context.getHandler()) as PermissionName[] | undefined;
    if (!required) throw fatal('gateway.route.unguarded', 'This route is closed until somebody says who may use it.', { detail: routes.join() });
    const known = await this.authentication.of(request);
    if (!known) throw authExpired('auth.token_missing', 'Sign in, or send an API token in the header "authorization: Bearer sbx_…".');
    if (known.kind === 'session' && !SAFE.has(request.method)) this.requireSameOrigin(request, { unknownIsFine: false });
    for (const permission of required) requirePermission(known.caller.principal, permission);
    Object.assign(request, { [CALLER]: known.caller });
    return true;
  }

  /** A cookie travels with requests that other pages cause, so a change is only taken from our own pages. */
  private requireSameOrigin(request: Request, options: { unknownIsFine: boolean }): void {
    const header = (name: string) => request.headers[name] as string | undefined;
    const publicOrigin = this.config.publicUrl ? new URL(this.config.publicUrl).origin : undefined;
    const verdict = originVerdict({ fetchSite: header('sec-fetch-site'), origin: header('origin'), host: header('host') }, publicOrigin);
    if (verdict === 'same' || (verdict === 'unknown' && options.unknownIsFine)) return;
    throw forbidden('gateway.origin.foreign', 'With a session cookie, changes are only taken from Signalbox’s own pages (header Origin or Sec-Fetch-Site). Scripts use an API token instead.');
  }
}
