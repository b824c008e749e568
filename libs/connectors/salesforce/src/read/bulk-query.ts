import { invalid, isSignalboxError, type SignalboxError } from '@signalbox/kernel';
import type { WorkOptions } from '@signalbox/connectors-sdk';
import { abortJob, awaitJob, jobFailed, jobPath, type BulkJob } from '../client/bulk-jobs.ts';
import type { SalesforceClient } from '../client/client.ts';
import { salesforceManifest } from '../manifest.ts';
import { csvRows } from './csv-rows.ts';
import { describeObject } from './describe.ts';
import type { SalesforceRow } from './remote-record.ts';

/**
 * From so many records still to come on, a bulk query fetches them. Measured against the sandbox (testing/measure-bulk.ts; 200 ms an answer,
 * a job takes 2 s for each 10,000 rows), pages beside bulk query: 10,000 records 5 calls beside 6; 20,000 10 beside 8 (2.5 s beside 8.2 s);
 * 50,000 25 beside 13 (6.8 s, 20.6 s); 200,000 100 beside 30 (23 s, 60 s). It saves calls and not time, so it begins where it halves them.
 */
export const BULK_QUERY_RECORDS = 50_000;

/** Records of one page of results: some 10 MB of text, which is held in memory. */
const RECORDS_PER_RESULT = 10_000;
/** A query that takes longer has failed for us. */
const LONGEST_JOB_MS = 30 * 60_000;

const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** An org without Bulk API, a user without the right to it, a job that fails: what the pages of a plain query do as well. */
export const isBulkUnusable = (error: unknown): error is SignalboxError => isSignalboxError(error) && ['Invalid', 'Forbidden', 'NotFound', 'Fatal'].includes(error.kind);

/**
 * Text as the JSON of a plain query would have given it, so that a record is the same however it was fetched: CSV writes
 * numbers with a decimal point, times with a Z, and has no null.
 */
function plain(text: string, type: string | undefined): unknown {
  if (text === '') return null;
  if (type === 'boolean') return text === 'true';
  if (NUMBERS.has(type ?? '')) return Number(text);
  return type === 'datetime' ? text.replace(/Z$/, '+0000') : text;
}

/** A page of results as pages of the manifest's size, of which only one is held at a time. */
function* recordPages(csv: string, types: ReadonlyMap<string, string>): Generator<SalesforceRow[]> {
  const lines = csvRows(csv);
  const first = lines.next();
  const header: string[] = first.done ? [] : first.value;
  const kinds = header.map((column) => types.get(column));
  let page: SalesforceRow[] = [];
  for (const line of lines) {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < header.length; i += 1) row[header[i]!] = plain(line[i] ?? '', kinds[i]);
    page.push(row as SalesforceRow);
    if (page.length < salesforceManifest.limits.recordsPerPage) continue;
    yield page;
    page = [];
  }
  yield page;
}

function* readable<T>(pages: Generator<T>, id: string): Generator<T> {
  try {
    yield* pages;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid('salesforce.bulk_results_unreadable', `Salesforce gave results of the bulk job ${id} that cannot be read: ${error.message}.`, { cause: error });
  }
}

async function finishedJob(client: SalesforceClient, soql: string, work: WorkOptions): Promise<BulkJob> {
  // Asked twice after a lost answer, it makes a second job, which reads and harms nothing.
  const { body: opened } = await client.read<BulkJob>({ operation: 'bulk.query.open', method: 'POST', path: jobPath('query'), body: { operation: 'queryAll', query: soql } }, work);
  const job = await awaitJob(client, 'query', opened.id, LONGEST_JOB_MS, work);
  if (job.state === 'JobComplete') return job;
  if (job.state === 'UploadComplete' || job.state === 'InProgress') await abortJob(client, 'query', job.id, work).catch(() => undefined); // it ends by itself as well
  throw jobFailed(job);
}

/**
 * A query's rows by a bulk job, deleted ones too, in the order that it asks for and in pages of the manifest's size; an empty page ends it.
 * @throws SignalboxError; what `isBulkUnusable` says of it can still be read by a plain query
 */
export async function* bulkQueryPages(client: SalesforceClient, object: string, soql: string, work: WorkOptions): AsyncGenerator<{ records: SalesforceRow[]; done: boolean }> {
  const types = new Map((await describeObject(client, object, work)).map((f) => [f.name, f.type]));
  const { id } = await finishedJob(client, soql, work);
  for (let locator: string | undefined; ;) {
    const path = `${jobPath('query', id)}/results?maxRecords=${RECORDS_PER_RESULT}${locator === undefined ? '' : `&locator=${encodeURIComponent(locator)}`}`;
    const { body, headers } = await client.read<string>({ operation: 'bulk.query.results', method: 'GET', path, answers: 'csv' }, work);
    const next = headers['sforce-locator'];
    const last = next === undefined || next === 'null';
    for (const records of readable(recordPages(body, types), id)) if (records.length > 0) yield { records, done: false };
    if (last) break;
    locator = next;
  }
  yield { records: [], done: true };
}
