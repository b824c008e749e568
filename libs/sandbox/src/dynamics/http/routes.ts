import { createMultiple, updateMultiple, upsertMultiple } from '../api/bulk.ts';
import { csdl } from '../api/csdl.ts';
import { qualifyLead, retrieveDuplicates, retrieveVersion, whoAmI } from '../api/functions.ts';
import { countRows, list } from '../api/list.ts';
import { entityDefinitions } from '../api/metadata.ts';
import { create, patch, property, remove, retrieve } from '../api/rows.ts';
import { DvError, noSegment } from '../errors.ts';
import { preferences, type DvRequest, type Reply } from './request.ts';

export interface Route {
  operation: string;
  handler: (request: DvRequest) => Reply;
}

const PREFIX = 'Microsoft.Dynamics.CRM.';
const notAllowed = (method: string) => new DvError(405, '0x80060888', `The requested resource does not support http method '${method}'.`);

const FUNCTIONS: Record<string, Route> = {
  $metadata: { operation: 'metadata', handler: csdl },
  WhoAmI: { operation: 'whoAmI', handler: whoAmI },
  RetrieveVersion: { operation: 'retrieveVersion', handler: retrieveVersion },
  RetrieveDuplicates: { operation: 'retrieveDuplicates', handler: retrieveDuplicates },
  EntityDefinitions: { operation: 'entityDefinitions', handler: entityDefinitions },
};
const BOUND_TO_SET: Record<string, Route> = {
  CreateMultiple: { operation: 'createMultiple', handler: createMultiple },
  UpdateMultiple: { operation: 'updateMultiple', handler: updateMultiple },
  UpsertMultiple: { operation: 'upsertMultiple', handler: upsertMultiple },
};

/** Finds what a request asks for. @throws the vendor's 404 or 405 */
export function routeOf(request: DvRequest): Route {
  const [first, second] = request.segments;
  const { method } = request;
  if (!first) return { operation: 'service', handler: serviceDocument };
  const fixed = FUNCTIONS[first.name];
  if (fixed) {
    if (method !== 'GET' && first.name !== 'EntityDefinitions') throw notAllowed(method);
    return fixed;
  }
  const def = request.env.schema.ofSet(first.name);
  if (!def) throw noSegment(first.name);
  if (first.key === undefined) return setRoute(request, second?.name);
  if (second?.name === `${PREFIX}QualifyLead` && def.name === 'lead') return only(method, 'POST', { operation: 'qualifyLead', handler: qualifyLead });
  if (second?.name.startsWith(PREFIX)) throw noSegment(second.name);
  if (second) return { operation: method === 'GET' ? 'retrieve' : 'property', handler: property };
  switch (method) {
    case 'GET': return { operation: 'retrieve', handler: retrieve };
    case 'PATCH': return { operation: 'patch', handler: patch };
    case 'DELETE': return { operation: 'delete', handler: remove };
    default: throw notAllowed(method);
  }
}

function setRoute(request: DvRequest, second: string | undefined): Route {
  const { method, query } = request;
  if (second === '$count') return only(method, 'GET', { operation: 'count', handler: countRows });
  const action = second?.startsWith(PREFIX) ? BOUND_TO_SET[second.slice(PREFIX.length)] : undefined;
  if (action) return only(method, 'POST', action);
  if (second !== undefined) throw noSegment(second);
  if (method === 'GET') return { operation: query.has('$deltatoken') || preferences(request).has('odata.track-changes') ? 'delta' : 'list', handler: list };
  return only(method, 'POST', { operation: 'create', handler: create });
}

function only(method: string, allowed: string, route: Route): Route {
  if (method !== allowed) throw notAllowed(method);
  return route;
}

const serviceDocument = (request: DvRequest): Reply => ({
  status: 200, body: { '@odata.context': `${request.root}$metadata`, value: request.env.schema.all().map((def) => ({ name: def.set, kind: 'EntitySet', url: def.set })) },
});

/** Runs a request; whatever goes wrong is an answer too. What nobody foresaw is a 500 and goes to the log. */
export function answer(request: DvRequest, route: () => Route): { operation: string; reply: Reply } {
  let operation = 'unknown';
  try {
    const found = route();
    operation = found.operation;
    return { operation, reply: found.handler(request) };
  } catch (error) {
    return { operation, reply: errorReply(error, request.log) };
  }
}

export function errorReply(error: unknown, log: (line: string) => void): Reply {
  if (error instanceof DvError) return { status: error.status, headers: error.headers, body: error.body };
  if (error instanceof URIError) return { status: 400, body: { error: { code: '0x80060888', message: 'The URL is not encoded as it should be.' } } };
  log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { status: 500, body: { error: { code: '0x80040216', message: 'An unexpected error occurred.' } } };
}
