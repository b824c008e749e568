import type { Request } from 'express';
import { parseCookie } from 'cookie';
import { authExpired } from '@signalbox/kernel';
import type { Principal, ServiceTokens } from '@signalbox/platform-auth';
import type { Identify } from '../../application/identify.ts';
import type { Caller } from './routing.ts';

export const SESSION_COOKIE = 'sbx_session';

export interface Authenticated {
  kind: 'session' | 'token';
  caller: Caller;
  email: string | null;
  expiresAt: Date | null;
}

export const sessionSecretOf = (request: Request): string | undefined => parseCookie(request.headers.cookie ?? '')[SESSION_COOKIE];

/** Who sent a request: an API token in the header, or else the session of the cookie. */
export class Authentication {
  constructor(
    private readonly identify: Identify,
    private readonly tokens: ServiceTokens,
  ) {}

  /** Undefined when the request carries neither. @throws AuthExpired `auth.token_invalid` when it carries a token that is not valid */
  async of(request: Request): Promise<Authenticated | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byToken(authorization);
    const secret = sessionSecretOf(request);
    const session = secret === undefined ? undefined : await this.identify.session(secret);
    if (!session) return undefined;
    const principal: Principal = { workspaceId: session.workspaceId, subject: `user:${session.userId}`, permissions: new Set(session.permissions) };
    return { kind: 'session', caller: await this.callerFor(principal), email: session.email, expiresAt: session.expiresAt };
  }

  private async byToken(authorization: string): Promise<Authenticated> {
    const text = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const token = text === undefined ? undefined : await this.identify.token(text);
    if (!token) throw authExpired('auth.token_invalid', 'The API token is unknown, revoked or has ended. Make a new one under Settings, API tokens.');
    const principal: Principal = { workspaceId: token.workspaceId, subject: `token:${token.id}`, permissions: new Set(token.permissions) };
    return { kind: 'token', caller: await this.callerFor(principal), email: null, expiresAt: token.expiresAt };
  }

  /** The services get a token of ours for this workspace with the caller's permissions and no more. */
  private async callerFor(principal: Principal): Promise<Caller> {
    const bearerToken = await this.tokens.mint(principal.workspaceId, [...principal.permissions], principal.subject);
    return { principal, call: { bearerToken } };
  }
}
