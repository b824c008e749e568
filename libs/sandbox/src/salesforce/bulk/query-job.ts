import type { FieldType } from 'soql-parser-js';
import { SfError } from '../errors.ts';
import type { Org } from '../org.ts';
import { executeSoql, type QueryResult } from '../soql/execute.ts';
import { parseSoql } from '../soql/parse.ts';
import { resolvePath } from '../soql/paths.ts';
import { formatDateTime } from '../time.ts';
import { writeCsv, type CsvForm } from './csv-text.ts';
import type { JobState } from './ingest-job.ts';
import { BATCH_ROWS } from './limits.ts';

/** Records of a page when the client names no number. */
const PAGE = 50_000;
const NUMBERS = new Set(['double', 'currency', 'percent']);

export interface QueryRequest extends CsvForm {
  operation: 'query' | 'queryAll';
  query: string;
  version: string;
}

interface Column {
  /** As the header names it. */
  name: string;
  steps: string[];
  type: string;
}

function columnsOf(org: Org, text: string): { object: string; columns: Column[] } {
  const query = parseSoql(text);
  const def = org.schema.find(query.sObject ?? '');
  if (!def) throw new SfError(400, 'INVALID_TYPE', `sObject type '${query.sObject ?? ''}' is not supported.`);
  const refuse = (what: string) => new SfError(400, 'API_ERROR', `${what} not supported by Bulk API 2.0 queries`);
  if (query.offset !== undefined || query.groupBy !== undefined) throw refuse('OFFSET and GROUP BY are');
  const columns = (query.fields ?? []).map((field: FieldType): Column => {
    if (field.type !== 'Field' && field.type !== 'FieldRelationship') throw refuse('Aggregate functions, sub-queries and TYPEOF are');
    const written = field.type === 'Field' ? field.field : [...field.relationships, field.field].join('.');
    const path = resolvePath({ store: org.store, def, text }, written);
    if (path.field.type === 'address') throw refuse('Compound fields are');
    return { name: path.names.join('.'), steps: path.names, type: path.field.type };
  });
  return { object: def.name, columns };
}

/** Texts as the CSV of Bulk has them: numbers with a decimal point where the field may have decimals, times in UTC with a Z. */
function cell(value: unknown, type: string): string {
  if (value === null || value === undefined) return '';
  if (NUMBERS.has(type) && Number.isInteger(value)) return `${String(value)}.0`;
  if (type === 'datetime') return String(value).replace(/\+0000$/, 'Z');
  return String(value);
}

const valueAt = (record: unknown, steps: readonly string[]): unknown => steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | null | undefined)?.[step], record);

/** A query that runs by itself; its rows are fixed when it is done. */
export class QueryJob {
  readonly id: string;
  state: JobState = 'UploadComplete';
  private readonly org: Org;
  private readonly request: QueryRequest;
  private readonly object: string;
  private readonly columns: Column[];
  private readonly createdAt: number;
  private changedAt: number;
  private result: QueryResult | undefined;

  constructor(org: Org, id: string, request: QueryRequest) {
    this.org = org;
    this.id = id;
    this.request = request;
    const { object, columns } = columnsOf(org, request.query);
    this.object = object;
    this.columns = columns;
    this.createdAt = org.now();
    this.changedAt = this.createdAt;
    if (org.faults.strike(['bulk-job-failed'], 'bulkQuery.create')) this.state = 'Failed';
  }

  get finished(): boolean {
    return this.state === 'JobComplete' || this.state === 'Failed' || this.state === 'Aborted';
  }

  /** Takes as long as its rows: one step for each 10,000 of the object. */
  tick(now: number): void {
    if (this.finished) return;
    const def = this.org.schema.find(this.object);
    const steps = Math.max(1, Math.ceil((def ? this.org.store.table(def).liveCount : 0) / BATCH_ROWS));
    if (now >= this.createdAt + steps * this.org.settings.bulkBatchMs) {
      this.result = executeSoql(this.org.store, this.request.query, this.request.operation === 'queryAll');
      this.to('JobComplete');
    } else if (now > this.createdAt) this.state = 'InProgress';
  }

  change(state: unknown): void {
    if (state !== 'Aborted') throw new SfError(400, 'INVALIDJOB', `'${String(state)}' is no state that a job can be put into.`);
    if (this.finished) throw new SfError(400, 'INVALIDJOBSTATE', 'Aborting already Completed Job not allowed');
    this.to('Aborted');
  }

  private to(state: JobState): void {
    this.state = state;
    this.changedAt = this.org.now();
  }

  info(progress: boolean): Record<string, unknown> {
    const { operation, version, columnDelimiter, lineEnding } = this.request;
    return {
      id: this.id, operation, object: this.object, createdById: this.org.userId, createdDate: formatDateTime(this.createdAt), systemModstamp: formatDateTime(this.changedAt), state: this.state,
      concurrencyMode: 'Parallel', contentType: 'CSV', apiVersion: Number(version), lineEnding, columnDelimiter,
      ...(progress ? { jobType: 'V2Query', numberRecordsProcessed: this.result?.kind === 'rows' ? this.result.rows.length : 0, retries: 0, totalProcessingTime: this.changedAt - this.createdAt, isPkChunkingSupported: true } : {}),
    };
  }

  /** A page of results: its CSV, how many records, and where the next begins; `null` after the last. */
  page(locator: string | null, maxRecords: number | undefined): { csv: string; records: number; next: string } {
    if (this.state !== 'JobComplete' || this.result?.kind !== 'rows') throw new SfError(400, 'INVALIDJOBSTATE', `The job is ${this.state}; results are there when it is JobComplete.`);
    const from = locator === null ? 0 : Number(Buffer.from(locator, 'base64url').toString('utf8'));
    const { rows, project } = this.result;
    if (!Number.isInteger(from) || from < 0 || from > rows.length) throw new SfError(400, 'INVALIDLOCATOR', `'${locator ?? ''}' is no locator of this job.`);
    const to = Math.min(rows.length, from + Math.max(1, maxRecords ?? PAGE));
    const cells = rows.slice(from, to).map((row) => {
      const record = project(row, this.request.version);
      return this.columns.map(({ steps, type }) => cell(valueAt(record, steps), type));
    });
    return { csv: writeCsv(this.columns.map((column) => column.name), cells, this.request), records: to - from, next: to >= rows.length ? 'null' : Buffer.from(String(to)).toString('base64url') };
  }
}
