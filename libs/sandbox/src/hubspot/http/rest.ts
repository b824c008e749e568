import type { Account } from '../account.ts';
import { notFound, validation } from '../errors.ts';
import { findObjectType } from '../schema/object-types.ts';
import type { ObjectType } from '../schema/schema-types.ts';

/** A request after HTTP is taken off it. */
export interface RestRequest {
  account: Account;
  /** Below the area, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON; undefined when there was none. */
  body: unknown;
  /** scheme://host that the client used, for links. */
  origin: string;
  path: string;
  /** Characters of the body, which searches limit. */
  bodyLength: number;
}

export interface Reply {
  status: number;
  /** Sent as JSON; none for 204. */
  body?: unknown;
}

export interface Route {
  method: string;
  /** First part of the path below /crm: objects, properties, lists … */
  area: string;
  /** Below area and version; `:name` stands for one segment. */
  pattern: string;
  operation: string;
  /** Undefined: no scope needed. A function when the object type decides. */
  scope?: string | ((type: ObjectType) => string);
  handler: (request: RestRequest) => Reply;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const NO_CONTENT: Reply = { status: 204 };

/** @throws HsError 400 for a type that the account does not have */
export function objectType(name: string): ObjectType {
  const type = findObjectType(name);
  if (!type) throw validation(`Unable to infer object type from: ${name}`);
  return type;
}

export function bodyObject(request: RestRequest): Record<string, unknown> {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw validation('Invalid input JSON on line 1, column 1: a JSON object is expected.');
  return body as Record<string, unknown>;
}

export function wholeNumber(text: string | null, standard: number, most: number, name: string): number {
  if (text === null || text === '') return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most) throw validation(`${name} must be between 0 and ${most}, not '${text}'.`);
  return value;
}

/** A switch in the address; the Python client writes `True`. */
export const flag = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

/** Both `?properties=a,b` and `?properties=a&properties=b` are in use. */
export const listParam = (query: URLSearchParams, name: string): string[] => query.getAll(name).flatMap((v) => v.split(',')).map((v) => v.trim()).filter(Boolean);

export function nextPage(request: RestRequest, after: string): { next: { after: string; link: string } } {
  const query = new URLSearchParams(request.query);
  query.set('after', after);
  return { next: { after, link: `${request.origin}${request.path}?${query.toString()}` } };
}

export { notFound };
