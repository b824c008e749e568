import { HsError, notFound, validation } from '../errors.ts';
import type { Route } from './rest.ts';

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** `/crm/v3/objects/…`, and the dated form `/crm/objects/2026-03/…`: the same bodies (changelog: date-based versioning). */
const NUMBERED = /^\/crm\/(v\d)\/([a-z_]+)(\/.*)?$/;
const DATED = /^\/crm\/([a-z_]+)\/(v\d|20\d\d-(?:03|09)(?:-beta)?)(\/.*)?$/;

interface Compiled {
  route: Route;
  parts: string[];
}

/** Finds the route of a path. A known path with another method is 405, an unknown one is 404. */
export class Router {
  private readonly routes: Compiled[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({ route, parts: route.pattern.split('/').filter(Boolean) }));
  }

  match(method: string, path: string): Match {
    const numbered = NUMBERED.exec(path);
    const dated = numbered ? null : DATED.exec(path);
    const [area, rest] = numbered ? [numbered[2], numbered[3]] : [dated?.[1], dated?.[3]];
    const segments = (rest ?? '').split('/').filter(Boolean).map(decode);
    const fitting = this.routes.filter((r) => r.route.area === area && fits(r.parts, segments));
    // A literal is nearer than a placeholder in the same place.
    const found = fitting.filter((r) => r.route.method === method).sort((a, b) => literals(b) - literals(a))[0];
    if (!found) throw fitting.length > 0 ? new HsError(405, 'METHOD_NOT_ALLOWED', 'HTTP 405 Method Not Allowed') : notFound(`Unable to find a resource at ${path}`);
    const params: Record<string, string> = {};
    found.parts.forEach((part, i) => {
      if (part.startsWith(':')) params[part.slice(1)] = segments[i] ?? '';
    });
    return { route: found.route, params };
  }
}

const literals = (r: Compiled): number => r.parts.filter((p) => !p.startsWith(':')).length;
const fits = (parts: readonly string[], segments: readonly string[]): boolean => parts.length === segments.length && parts.every((part, i) => part.startsWith(':') || part === segments[i]);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw validation('The URL is not encoded as it should be.');
  }
}
