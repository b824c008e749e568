import { parserError, SfError } from '../errors.ts';
import { ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { isJsonRecord } from '../records/input.ts';
import { resolveReferences, UnresolvedReference } from './references.ts';

/** Limits of the Composite resource (REST guide): subrequests, and of those queries and collections. */
const MAX_SUBREQUESTS = 25;
const MAX_HEAVY = 5;
const HEAVY = /^(GET .*\/query(All)?(\?|\/|$)|.*\/composite\/sobjects(\?|\/|$))/i;
const REFERENCE_ID = /^[A-Za-z0-9_]+$/;

interface Part {
  method: string;
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders: Record<string, string>;
}

interface PartReply {
  body: unknown;
  httpHeaders: Record<string, string>;
  httpStatusCode: number;
  referenceId: string;
}

function readParts(request: RestRequest): { parts: Part[]; allOrNone: boolean } {
  const { body } = request;
  if (!isJsonRecord(body) || !Array.isArray(body.compositeRequest)) throw parserError('The request body must have a list "compositeRequest".');
  const list: unknown[] = body.compositeRequest;
  if (list.length > MAX_SUBREQUESTS) throw new SfError(400, 'LIMIT_EXCEEDED', `The number of subrequests in a composite request cannot exceed ${MAX_SUBREQUESTS}; ${list.length} were given.`);
  const parts = list.map(readPart);
  const heavy = parts.filter((p) => HEAVY.test(`${p.method.toUpperCase()} ${p.url}`)).length;
  if (heavy > MAX_HEAVY) throw new SfError(400, 'LIMIT_EXCEEDED', `Cannot have more than ${MAX_HEAVY} query or sObject Collections operations in a composite request; ${heavy} were given.`);
  if (new Set(parts.map((p) => p.referenceId)).size < parts.length) throw new SfError(400, 'JSON_PARSER_ERROR', 'Every referenceId in a composite request must be unique.');
  return { parts, allOrNone: body.allOrNone === true };
}

function readPart(entry: unknown): Part {
  if (!isJsonRecord(entry)) throw parserError('Each composite subrequest must be an object.');
  const { method, url, referenceId } = entry;
  if (typeof method !== 'string' || typeof url !== 'string' || typeof referenceId !== 'string') {
    throw new SfError(400, 'REQUIRED_FIELD_MISSING', 'Each composite subrequest needs "method", "url" and "referenceId".');
  }
  if (!REFERENCE_ID.test(referenceId)) throw new SfError(400, 'JSON_PARSER_ERROR', `Provided referenceId ('${referenceId}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').`);
  const headers = isJsonRecord(entry.httpHeaders) ? Object.entries(entry.httpHeaders).map(([k, v]) => [k.toLowerCase(), String(v)]) : [];
  return { method, url, referenceId, body: entry.body, httpHeaders: Object.fromEntries(headers) as Record<string, string> };
}

const halted = (referenceId: string, message: string): PartReply => ({
  body: [{ errorCode: 'PROCESSING_HALTED', message }], httpHeaders: {}, httpStatusCode: 400, referenceId,
});
const ROLLED_BACK = 'The transaction was rolled back since another operation in the same transaction failed.';

/** A collection answers 200 even when rows failed; for an outer allOrNone that is a failure too. */
const failed = (reply: Reply) =>
  reply.status >= 300 || (Array.isArray(reply.body) && reply.body.some((row) => isJsonRecord(row) && row.success === false));

function runPart(request: RestRequest, part: Part, bodies: Map<string, unknown>): { reply: PartReply; failed: boolean } {
  let url: string;
  let body: unknown;
  try {
    url = resolveReferences(part.url, bodies) as string;
    body = resolveReferences(part.body, bodies);
  } catch (error) {
    if (!(error instanceof UnresolvedReference)) throw error;
    return { reply: halted(part.referenceId, error.message), failed: true };
  }
  if (/\/composite(\/(batch|tree|graph)\b.*)?$/i.test(url.split('?')[0] ?? '')) {
    return { reply: { ...halted(part.referenceId, ''), body: [{ errorCode: 'INVALID_INPUT', message: `The composite API does not support the resource ${url}.` }] }, failed: true };
  }
  const { reply } = request.call({ method: part.method, url, headers: part.httpHeaders, body });
  const shown = { body: reply.body ?? null, httpHeaders: reply.headers ?? {}, httpStatusCode: reply.status, referenceId: part.referenceId };
  if (reply.status < 300) bodies.set(part.referenceId, reply.body);
  return { reply: shown, failed: failed(reply) };
}

/** In order, each seeing the answers before it. With allOrNone the first failure takes everything back and halts the rest. */
function composite(request: RestRequest): Reply {
  const { parts, allOrNone } = readParts(request);
  const { org } = request;
  const counted = { ...org.ledger.rows };
  const bodies = new Map<string, unknown>();
  return org.store.transaction(() => {
    const replies: PartReply[] = [];
    for (const part of parts) {
      const { reply, failed: bad } = runPart(request, part, bodies);
      replies.push(reply);
      if (!bad || !allOrNone) continue;
      const failedRows = org.ledger.rows.created + org.ledger.rows.updated + org.ledger.rows.deleted + org.ledger.rows.failed;
      const before = counted.created + counted.updated + counted.deleted + counted.failed;
      org.ledger.rows = { ...counted, failed: counted.failed + failedRows - before };
      const rest = parts.map((p, i) => (i === replies.length - 1 ? reply : halted(p.referenceId, ROLLED_BACK)));
      return { keep: false, result: ok({ compositeResponse: rest }) };
    }
    return { keep: true, result: ok({ compositeResponse: replies }) };
  });
}

export const compositeRoutes: Route[] = [{ method: 'POST', pattern: 'composite', operation: 'composite', handler: composite }];
