import { RequestMethod, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ApiBody, ApiExtension, ApiHeader, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { Request } from 'express';
import type { PermissionName } from '@signalbox/contracts';
import type { Principal } from '@signalbox/platform-auth';
import type { z } from 'zod';
import { refTo, type JsonSchema } from './json/json-schema.ts';
import { idOf } from './schemas/registry.ts';
import { checked } from './schemas/checked.ts';

/** Who sent a request. `call` goes into every gRPC call made for it: it carries the caller's permissions and no more. */
export interface Caller {
  principal: Principal;
  call: { bearerToken: string };
}

export const CALLER = Symbol('caller');
export const REQUIRES = Symbol('requires');
export const ONCE = Symbol('once');

type Class = abstract new (...args: never[]) => unknown;

/** "POST /api/v1/segments/:id/members" */
export function routesOf(controller: Class, handler: object): string[] {
  const list = (value: unknown) => [value ?? ''].flat() as string[];
  const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number];
  return list(Reflect.getMetadata(PATH_METADATA, controller)).flatMap((prefix) =>
    list(Reflect.getMetadata(PATH_METADATA, handler)).map((path) => `${verb} /${[prefix, path].map((p) => p.replace(/^\/|\/$/g, '')).filter(Boolean).join('/')}`),
  );
}

/** The permissions that a caller needs, all of them: the same as the RPCs behind the route. */
export const Requires = (...permissions: [PermissionName, ...PermissionName[]]): MethodDecorator => (target, key, descriptor) => {
  Reflect.defineMetadata(REQUIRES, permissions, descriptor.value as object);
  ApiExtension('x-permissions', permissions.map((p) => p.toLowerCase()))(target, key as string, descriptor as never);
};

/**
 * The route honours the header Idempotency-Key. `repeatable`: doing it twice ends in the same state, so one whose outcome
 * is unknown may be done again.
 */
export const Once = (options: { repeatable: boolean; streamed?: boolean }): MethodDecorator => (target, key, descriptor) => {
  Reflect.defineMetadata(ONCE, options, descriptor.value as object);
  ApiHeader({ name: 'Idempotency-Key', required: false, schema: { type: 'string', maxLength: 255 }, description: 'Optional. The same key with the same body is done once within 24 hours and answered the same.' })(target, key, descriptor as never);
};

/** What a route does and answers, for the API's description. */
export const Answers = (summary: string, schema: JsonSchema | undefined, options: { status?: number; type?: string } = {}): MethodDecorator => (target, key, descriptor) => {
  ApiOperation({ summary })(target, key, descriptor as never);
  const content = schema ? { content: { [options.type ?? 'application/json']: { schema } } } : {};
  ApiResponse({ status: options.status ?? (schema ? 200 : 204), description: summary, ...content } as never)(target, key, descriptor as never);
};

const handlerOf = (target: object, key: string | symbol) => Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor;

// A schema has a method `transform`, which Nest would take for a pipe, and `schema` is a word of Nest's own: hence this wrapping.
const CheckedBody = createParamDecorator(({ shape }: { shape: z.ZodType }, context: ExecutionContext) => checked(shape, context.switchToHttp().getRequest<Request>().body ?? {}, 'body'));
const CheckedQuery = createParamDecorator(({ shape }: { shape: z.ZodType }, context: ExecutionContext) => checked(shape, context.switchToHttp().getRequest<Request>().query, 'query'));

/** The body, checked: every problem is named by its field. */
export const BodyOf = (schema: z.ZodType): ParameterDecorator => (target, key, index) => {
  CheckedBody({ shape: schema })(target, key, index);
  ApiBody({ schema: refTo(idOf(schema)) as never, required: true })(target, key as string, handlerOf(target, key as string));
};

/** The query parameters, checked. */
export const QueryOf = (schema: z.ZodObject): ParameterDecorator => (target, key, index) => {
  CheckedQuery({ shape: schema })(target, key, index);
  const json = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  for (const [name, property] of Object.entries(json.properties ?? {})) {
    const { description, ...rest } = property as JsonSchema;
    ApiQuery({ name, required: json.required?.includes(name) ?? false, description: description as string, schema: rest })(target, key as string, handlerOf(target, key as string));
  }
};

export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Record<symbol, Caller>>()[CALLER]);
