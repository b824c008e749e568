import { collectionRoutes } from '../api/collections.ts';
import { compositeRoutes } from '../api/composite.ts';
import { batchRoutes } from '../api/batch.ts';
import { bulkRoutes } from '../api/bulk.ts';
import { describeRoutes } from '../api/describe.ts';
import { queryRoutes } from '../api/query.ts';
import { sobjectRoutes } from '../api/sobjects.ts';
import { treeRoutes } from '../api/tree.ts';
import { SfError } from '../errors.ts';
import type { Org } from '../org.ts';
import type { Reply, RestRequest, Subrequest } from './rest.ts';
import { Router, type Match } from './router.ts';

/** Fixed paths come before those with a placeholder in the same place. */
export const router = new Router([...describeRoutes, ...queryRoutes, ...sobjectRoutes, ...collectionRoutes, ...compositeRoutes, ...batchRoutes, ...treeRoutes, ...bulkRoutes]);

export function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: new URLSearchParams() } : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** Any thrown value as an answer. What nobody foresaw is a 500 with an error number, and goes to the log. */
export function errorReply(error: unknown, log: (line: string) => void): Reply {
  if (error instanceof SfError) return { status: error.status, body: error.body, headers: error.headers };
  log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { status: 500, body: [{ message: 'An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (0)', errorCode: 'UNKNOWN_EXCEPTION' }] };
}

/** Runs one matched REST request; subrequests come back in here. */
export function dispatch(org: Org, match: Match, request: Subrequest & { query: URLSearchParams; path: string }, log: (line: string) => void): Reply {
  const rest: RestRequest = {
    org, method: request.method, path: request.path, query: request.query, headers: request.headers, body: request.body, version: match.version, params: match.params,
    call: (sub) => callInner(org, sub, log),
  };
  try {
    return match.handler(rest);
  } catch (error) {
    return errorReply(error, log);
  }
}

function callInner(org: Org, sub: Subrequest, log: (line: string) => void): { operation: string; reply: Reply } {
  const { path, query } = splitUrl(sub.url);
  let match: Match;
  try {
    match = router.match(sub.method.toUpperCase(), path);
  } catch (error) {
    return { operation: 'unknown', reply: errorReply(error, log) };
  }
  org.ledger.subrequest(match.operation);
  return { operation: match.operation, reply: dispatch(org, match, { ...sub, method: sub.method.toUpperCase(), path, query }, log) };
}
