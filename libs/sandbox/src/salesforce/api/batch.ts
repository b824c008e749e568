import { parserError, SfError } from '../errors.ts';
import { ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { isJsonRecord } from '../records/input.ts';

const MAX_SUBREQUESTS = 25;

/** Independent subrequests: each stands alone, and `haltOnError` only leaves out those after a failure. */
function batch(request: RestRequest): Reply {
  const { body } = request;
  if (!isJsonRecord(body) || !Array.isArray(body.batchRequests)) throw parserError('The request body must have a list "batchRequests".');
  const list: unknown[] = body.batchRequests;
  if (list.length > MAX_SUBREQUESTS) throw new SfError(400, 'LIMIT_EXCEEDED', `The number of subrequests in a batch cannot exceed ${MAX_SUBREQUESTS}.`);
  let stopped = false;
  let hasErrors = false;
  const results = list.map((entry) => {
    if (!isJsonRecord(entry) || typeof entry.url !== 'string') throw parserError('Each batch subrequest needs "method" and "url".');
    if (stopped) return { statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request' }] };
    const url = entry.url.startsWith('/') ? entry.url : `/services/data/${entry.url}`;
    const { reply } = request.call({ method: String(entry.method ?? 'GET'), url, headers: {}, body: entry.richInput });
    if (reply.status >= 300) {
      hasErrors = true;
      stopped = body.haltOnError === true;
    }
    return { statusCode: reply.status, result: reply.body ?? null };
  });
  return ok({ hasErrors, results });
}

export const batchRoutes: Route[] = [{ method: 'POST', pattern: 'composite/batch', operation: 'batch', handler: batch }];
