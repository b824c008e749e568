import { DELIMITERS, LINE_ENDINGS, type CsvForm } from '../bulk/csv-text.ts';
import type { IngestJob } from '../bulk/ingest-job.ts';
import type { IngestOperation } from '../bulk/ingest-rows.ts';
import { jobOr404 } from '../bulk/jobs.ts';
import { parserError, SfError } from '../errors.ts';
import { ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { isJsonRecord, type JsonRecord } from '../records/input.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';

const INGEST = new Set(['insert', 'update', 'upsert', 'delete', 'hardDelete']);
const PAGE_OF_JOBS = 1000;

function bodyOf(request: RestRequest): JsonRecord {
  if (!isJsonRecord(request.body)) throw parserError('The HTTP entity body is required, but this request has no entity body.');
  return request.body;
}

function csvForm(body: JsonRecord): CsvForm {
  const { columnDelimiter = 'COMMA', lineEnding = 'LF', contentType = 'CSV' } = body;
  if (contentType !== 'CSV') throw new SfError(400, 'INVALIDJOB', `'${String(contentType)}' is no content type of Bulk API 2.0; use CSV.`);
  if (!Object.hasOwn(DELIMITERS, String(columnDelimiter)) || !Object.hasOwn(LINE_ENDINGS, String(lineEnding))) throw new SfError(400, 'INVALIDJOB', 'columnDelimiter or lineEnding is not one of the known.');
  return { columnDelimiter: columnDelimiter as CsvForm['columnDelimiter'], lineEnding: lineEnding as CsvForm['lineEnding'] };
}

function keyOf(def: ObjectDef, operation: string, name: unknown): FieldDef | undefined {
  if (operation !== 'upsert') return undefined;
  const field = def.byName.get(String(name ?? '').toLowerCase());
  if (!field || !(field.externalId || field.idLookup || field.type === 'id')) throw new SfError(400, 'INVALIDJOB', `InvalidJob : Invalid externalIdFieldName ${String(name ?? '')} of ${def.name}`);
  return field;
}

function createIngest(request: RestRequest): Reply {
  const body = bodyOf(request);
  const operation = String(body.operation);
  if (!INGEST.has(operation)) throw new SfError(400, 'INVALIDJOB', `'${operation}' is no operation of an ingest job.`);
  const def = request.org.schema.find(String(body.object ?? ''));
  if (!def) throw new SfError(400, 'INVALIDENTITY', `InvalidEntity : entity type ${String(body.object ?? '')} not found`);
  const job = request.org.bulk.openIngest({ ...csvForm(body), def, operation: operation as IngestOperation, key: keyOf(def, operation, body.externalIdFieldName), version: request.version });
  return ok(job.info(false));
}

function createQuery(request: RestRequest): Reply {
  const body = bodyOf(request);
  const { operation, query } = body;
  if ((operation !== 'query' && operation !== 'queryAll') || typeof query !== 'string') throw new SfError(400, 'INVALIDJOB', 'A query job needs "operation" (query or queryAll) and "query".');
  return ok(request.org.bulk.openQuery({ ...csvForm(body), operation, query, version: request.version }).info(false));
}

const ingestJob = (request: RestRequest): IngestJob => jobOr404(request.org.bulk.ingest, request.params.job);

function upload(request: RestRequest): Reply {
  if (!/^text\/csv\b/i.test(request.headers['content-type'] ?? '')) throw new SfError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Job data is sent as text/csv.');
  ingestJob(request).upload(request.body as Buffer);
  return { status: 201 };
}

const csv = (text: string, headers: Record<string, string> = {}): Reply => ({ status: 200, text: { type: 'text/csv;charset=UTF-8', body: text }, headers });

const results = (show: (job: IngestJob) => string) => (request: RestRequest): Reply => {
  const job = ingestJob(request);
  if (!job.finished) throw new SfError(400, 'INVALIDJOBSTATE', `The job is ${job.state}; results are there when it is done.`);
  return csv(show(job));
};

function queryResults(request: RestRequest): Reply {
  const wanted = request.query.get('maxRecords');
  const page = jobOr404(request.org.bulk.query, request.params.job).page(request.query.get('locator'), wanted === null ? undefined : Number(wanted));
  return csv(page.csv, { 'Sforce-Locator': page.next, 'Sforce-NumberOfRecords': String(page.records) });
}

type AnyJob = { info(progress: boolean): Record<string, unknown>; change(state: unknown): void; finished: boolean; state: string };
type Jobs = (request: RestRequest) => Map<string, AnyJob>;

const show = (jobs: Jobs) => (request: RestRequest): Reply => ok(jobOr404(jobs(request), request.params.job).info(true));

const change = (jobs: Jobs) => (request: RestRequest): Reply => {
  const job = jobOr404(jobs(request), request.params.job);
  job.change(bodyOf(request).state);
  return ok(job.info(false));
};

const remove = (jobs: Jobs) => (request: RestRequest): Reply => {
  const job = jobOr404(jobs(request), request.params.job);
  if (!job.finished) throw new SfError(400, 'INVALIDJOBSTATE', 'Deleting not Closed Job not allowed');
  jobs(request).delete(request.params.job ?? '');
  return { status: 204 };
};

/** Newest first, a thousand at a time. */
const list = (jobs: Jobs) => (request: RestRequest): Reply => {
  const all = [...jobs(request).values()].reverse();
  const from = Number(request.query.get('queryLocator') ?? 0);
  const to = from + PAGE_OF_JOBS;
  const next = to < all.length ? `${request.path}?queryLocator=${to}` : null;
  return ok({ done: next === null, nextRecordsUrl: next, records: all.slice(from, to).map((job) => job.info(false)) });
};

const ingest: Jobs = (request) => request.org.bulk.ingest;
const query: Jobs = (request) => request.org.bulk.query;

export const bulkRoutes: Route[] = [
  { method: 'POST', pattern: 'jobs/ingest', operation: 'bulk.create', handler: createIngest },
  { method: 'GET', pattern: 'jobs/ingest', operation: 'bulk.list', handler: list(ingest) },
  { method: 'GET', pattern: 'jobs/ingest/:job', operation: 'bulk.job', handler: show(ingest) },
  { method: 'PATCH', pattern: 'jobs/ingest/:job', operation: 'bulk.patch', handler: change(ingest) },
  { method: 'DELETE', pattern: 'jobs/ingest/:job', operation: 'bulk.delete', handler: remove(ingest) },
  { method: 'PUT', pattern: 'jobs/ingest/:job/batches', operation: 'bulk.upload', raw: true, handler: upload },
  { method: 'GET', pattern: 'jobs/ingest/:job/successfulResults', operation: 'bulk.results', handler: results((job) => job.successful()) },
  { method: 'GET', pattern: 'jobs/ingest/:job/failedResults', operation: 'bulk.results', handler: results((job) => job.failed()) },
  { method: 'GET', pattern: 'jobs/ingest/:job/unprocessedrecords', operation: 'bulk.results', handler: results((job) => job.unprocessed()) },
  { method: 'POST', pattern: 'jobs/query', operation: 'bulkQuery.create', handler: createQuery },
  { method: 'GET', pattern: 'jobs/query', operation: 'bulkQuery.list', handler: list(query) },
  { method: 'GET', pattern: 'jobs/query/:job', operation: 'bulkQuery.job', handler: show(query) },
  { method: 'PATCH', pattern: 'jobs/query/:job', operation: 'bulkQuery.patch', handler: change(query) },
  { method: 'DELETE', pattern: 'jobs/query/:job', operation: 'bulkQuery.delete', handler: remove(query) },
  { method: 'GET', pattern: 'jobs/query/:job/results', operation: 'bulkQuery.results', handler: queryResults },
];
