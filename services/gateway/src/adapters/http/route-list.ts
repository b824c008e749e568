import type { INestApplication } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { PermissionName } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import { PUBLIC_ROUTES } from '../../public-routes.ts';
import { REQUIRES, routesOf } from './routing.ts';

export interface Route {
  /** "POST /api/v1/segments/:id/members" */
  route: string;
  requires: PermissionName[] | undefined;
}

/** Every route of every controller of the application. */
export function routesOfApplication(app: INestApplication): Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const handlers = Object.values(Object.getOwnPropertyDescriptors(metatype.prototype as object)).map((d) => d.value as unknown);
    return handlers
      .filter((handler): handler is () => unknown => typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler))
      .flatMap((handler) => routesOf(metatype as never, handler).map((route) => ({ route, requires: Reflect.getMetadata(REQUIRES, handler) as PermissionName[] | undefined })));
  });
}

/** @throws Fatal `gateway.route.unguarded` when a route says nothing about who may use it, or a public one is not there */
export function requireGuarded(routes: readonly Route[]): void {
  const open = routes.filter(({ route, requires }) => !requires && !Object.hasOwn(PUBLIC_ROUTES, route)).map((r) => r.route);
  const both = routes.filter(({ route, requires }) => requires && Object.hasOwn(PUBLIC_ROUTES, route)).map((r) => r.route);
  const gone = Object.keys(PUBLIC_ROUTES).filter((listed) => !routes.some(({ route }) => route === listed));
  if (open.length + both.length + gone.length === 0) return;
  const list = (what: string, names: string[]) => (names.length > 0 ? ` ${what}: ${names.join(', ')}.` : '');
  throw fatal('gateway.route.unguarded', `Routes need @Requires, or a line in public-routes.ts.${list('Neither', open)}${list('Both', both)}${list('Listed, but not there', gone)}`);
}
