import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { isSignalboxError, retryable } from '@signalbox/kernel';
import { abortJob, awaitJob, jobPath, type BulkJob } from '../client/bulk-jobs.ts';
import { CallFailure, type ErrorEntry } from '../client/call-failure.ts';
import type { SalesforceClient } from '../client/client.ts';
import { explain } from '../client/explain.ts';
import { bulkData, fitsIntoCsv, resultsWithRows, type BulkData } from './bulk-csv.ts';
import type { RowForm } from './requests.ts';
import { failedRow, judge } from './row-errors.ts';

/**
 * From so many rows on, a bulk job writes them. Measured against the sandbox (testing/measure-bulk.ts; 200 ms an answer, a job takes 2 s
 * for each 10,000 rows), Composite beside bulk job: 1,000 rows 1 call beside 6; 5,000 5 beside 6 (1.4 s beside 4.7 s); 10,000 10 beside 6
 * (2.9 s, 5.3 s); 50,000 50 beside 8 (14 s, 16.5 s). A change batch of the product has at most 1,000 rows, so it stays with Composite.
 */
export const BULK_WRITE_ROWS = 10_000;

/** Salesforce takes 100 MB of CSV for a job; rows of ours come nowhere near it, and what is larger goes the other way. */
const MOST_CSV = 90 << 20;
/** A job that takes longer is asked for when its rows are settled. */
const LONGEST_JOB_MS = 60 * 60_000;
const LOST = 'Salesforce is still at work on the bulk job, or its answer was lost; it is asked what became of the record.';
const OPERATIONS = { create: 'insert', update: 'update', delete: 'delete' } as const;

/** `CODE:message:fields --`, in which the message may hold colons too. */
export function readBulkError(text: string): ErrorEntry {
  const [, errorCode = '', message = text, fields = ''] = /^([A-Z_0-9]+):([\s\S]*?)(?::([^:]*?)\s*--)?$/.exec(text) ?? [];
  return { errorCode, message, fields: fields.split(/[\s,]+/).filter((field) => field !== ''), raw: {} };
}

/**
 * Very many rows by one bulk job: opened, given its data, closed. Until it is closed nothing is done, so what fails before leaves no
 * trace; after that the job itself is asked, and its rows are never sent a second time. What needs a second look (locked rows,
 * duplicate rules) or does not fit into CSV is left in `rest`, for the ordinary way.
 */
export class BulkRun {
  /** Rows that were not written and are to be written another way. */
  readonly rest: WriteRow[] = [];

  constructor(private readonly client: SalesforceClient, private readonly form: RowForm, private readonly rows: readonly WriteRow[], private readonly work: WorkOptions) {}

  /** @throws SignalboxError as long as nothing was done */
  async outcomes(): Promise<WriteOutcome[]> {
    const rows = this.rows.filter(fitsIntoCsv);
    const data = bulkData(rows, this.form);
    const id = Buffer.byteLength(data.csv) <= MOST_CSV ? await this.open(data.csv) : undefined;
    if (id === undefined) {
      this.rest.push(...this.rows);
      return [];
    }
    this.rest.push(...this.rows.filter((row) => !fitsIntoCsv(row)));
    try {
      await this.close(id);
      const job = await awaitJob(this.client, 'ingest', id, LONGEST_JOB_MS, this.work);
      return await this.readResults(job, data, rows);
    } catch (error) {
      // Whatever it was: the job may be at work, so nothing may be said of its rows but that.
      if (!isSignalboxError(error) && !(error instanceof CallFailure) && !(error instanceof SyntaxError)) throw error;
      this.client.parts.logger.warn({ job: id, reason: error.message }, 'It is not known what became of a bulk job; its rows are settled by asking.');
      return rows.map((row) => ({ kind: 'unknown', changeId: row.changeId, message: LOST }));
    }
  }

  /** A job with its data, not begun; undefined when the org does not let us. */
  private async open(csv: string): Promise<string | undefined> {
    const { object, operation, keyField } = this.form;
    const bulk = keyField ? { operation: 'upsert', externalIdFieldName: keyField } : { operation: OPERATIONS[operation as keyof typeof OPERATIONS] };
    let id: string | undefined;
    try {
      const { body } = await this.client.send<BulkJob>({ operation: 'bulk.ingest.open', method: 'POST', path: jobPath('ingest'), body: { object, ...bulk, contentType: 'CSV', lineEnding: 'LF' } }, this.work);
      id = body.id;
      await this.client.send<unknown>({ operation: 'bulk.ingest.upload', method: 'PUT', path: `${jobPath('ingest', id)}/batches`, csv, answers: 'nothing' }, this.work);
      return id;
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      if (id !== undefined) await abortJob(this.client, 'ingest', id, this.work).catch(() => undefined); // an open job does nothing
      const error = explain(thrown, this.client.now().getTime());
      if (error.kind === 'Retryable' || error.kind === 'AuthExpired') throw error;
      return undefined;
    }
  }

  private async close(id: string): Promise<void> {
    const send = () => this.client.send<BulkJob>({ operation: 'bulk.ingest.close', method: 'PATCH', path: jobPath('ingest', id), body: { state: 'UploadComplete' } }, this.work);
    try {
      await send();
    } catch (thrown) {
      if (!(thrown instanceof CallFailure)) throw thrown;
      const { body } = await this.client.read<BulkJob>({ operation: 'bulk.ingest.look', method: 'GET', path: jobPath('ingest', id) }, this.work);
      // Closing it a second time changes nothing if the first arrives after all: Salesforce closes a job once.
      if (body.state === 'Open') await send();
    }
  }

  private async readResults(job: BulkJob, data: BulkData, rows: readonly WriteRow[]): Promise<WriteOutcome[]> {
    if (job.state === 'UploadComplete' || job.state === 'InProgress') throw retryable('salesforce.bulk_job_running', LOST, LONGEST_JOB_MS);
    const { numberRecordsProcessed: processed = rows.length, numberRecordsFailed: failed = 0 } = job;
    const good = processed > failed ? resultsWithRows(await this.results(job.id, 'successfulResults'), data) : [];
    const bad = failed > 0 ? resultsWithRows(await this.results(job.id, 'failedResults'), data) : [];
    const outcomes = [...good.map(({ row, line }) => this.written(row, line)), ...bad.flatMap(({ row, line }) => this.judge(row, line))];
    const told = new Set([...good, ...bad].map(({ row }) => row.changeId));
    const untold = rows.filter((row) => !told.has(row.changeId));
    // A job that has ended without them did not touch them; of one that says it is complete that cannot be.
    if (job.state !== 'JobComplete') this.rest.push(...untold);
    return job.state === 'JobComplete' ? [...outcomes, ...untold.map((row): WriteOutcome => ({ kind: 'unknown', changeId: row.changeId, message: LOST }))] : outcomes;
  }

  private async results(id: string, which: 'successfulResults' | 'failedResults'): Promise<string> {
    return (await this.client.read<string>({ operation: 'bulk.ingest.results', method: 'GET', path: `${jobPath('ingest', id)}/${which}`, answers: 'csv' }, this.work)).body;
  }

  private written(row: WriteRow, line: Record<string, string>): WriteOutcome {
    return { kind: 'written', changeId: row.changeId, crmId: line['sf__Id'] || row.crmId, existed: this.form.keyField !== '' && line['sf__Created'] === 'false' };
  }

  private judge(row: WriteRow, line: Record<string, string>): WriteOutcome[] {
    const error = readBulkError(line['sf__Error'] ?? '');
    const verdict = judge(error, this.form.operation, this.form.keyField);
    if (verdict === 'failed') return [failedRow(row.changeId, [error])];
    if (verdict === 'deleted') return [{ kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'deleted_in_crm', message: 'The record is no longer in Salesforce.' }];
    this.rest.push(row);
    return [];
  }
}
