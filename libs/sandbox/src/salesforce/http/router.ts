import { methodNotAllowed, notFound, SfError } from '../errors.ts';
import type { Handler, Route } from './rest.ts';

export interface Match {
  operation: string;
  version: string;
  params: Record<string, string>;
  raw: boolean;
  handler: Handler;
}

const DATA_PATH = /^\/services\/data\/v(\d{1,2})\.0(?:\/(.*))?$/i;
const OLDEST = 20;
export const NEWEST = 68;

interface Compiled extends Route {
  parts: string[];
}

/** Finds the handler of a REST path. A known path with another method is 405, an unknown one is 404, as the vendor has it. */
export class Router {
  private readonly routes: Compiled[];

  constructor(routes: Route[]) {
    this.routes = routes.map((r) => ({ ...r, parts: r.pattern.split('/').filter(Boolean) }));
  }

  match(method: string, path: string): Match {
    const found = DATA_PATH.exec(path);
    const version = Number(found?.[1]);
    if (!found || version < OLDEST || version > NEWEST) throw notFound();
    const segments = (found[2] ?? '').split('/').filter(Boolean).map(decode);
    const fitting = this.routes.filter((r) => fits(r.parts, segments));
    const route = fitting.find((r) => r.method === method) ?? (method === 'HEAD' ? fitting.find((r) => r.method === 'GET') : undefined);
    if (!route) throw fitting.length ? methodNotAllowed(method, [...new Set(fitting.map((r) => r.method))].join(',')) : notFound();
    const params: Record<string, string> = {};
    route.parts.forEach((part, i) => {
      if (part.startsWith(':')) params[part.slice(1)] = segments[i] ?? '';
    });
    return { operation: route.operation, version: `${version}.0`, params, raw: route.raw ?? false, handler: route.handler };
  }
}

const fits = (parts: string[], segments: string[]) =>
  parts.length === segments.length && parts.every((part, i) => part.startsWith(':') || part.toLowerCase() === segments[i]?.toLowerCase());

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SfError(400, 'MALFORMED_URL', 'The URL is not encoded as it should be.');
  }
}
