import { SfError } from '../errors.ts';
import type { Org } from '../org.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { formatDateTime } from '../time.ts';
import { readCsv, writeCsv, type CsvForm } from './csv-text.ts';
import { BATCH_ROWS } from './limits.ts';
import { IngestRows, type IngestOperation, type WorkedRow } from './ingest-rows.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** Rows of one of the vendor's own transactions. */
const TRANSACTION_ROWS = 200;

const badState = (message: string) => new SfError(400, 'INVALIDJOBSTATE', message);

/** Some other order than that of the rows, and always the same. */
const shuffled = <T>(list: readonly T[]): T[] =>
  list.map((item, i) => ({ item, at: Math.imul(i + 1, 2_654_435_761) >>> 0 })).sort((a, b) => a.at - b.at).map(({ item }) => item);

export interface IngestRequest extends CsvForm {
  def: ObjectDef;
  operation: IngestOperation;
  key: FieldDef | undefined;
  version: string;
}

/** One ingest job: data first, then work in batches, each done some time after the last. */
export class IngestJob {
  readonly id: string;
  readonly request: IngestRequest;
  state: JobState = 'Open';
  private readonly org: Org;
  private readonly createdAt: number;
  private changedAt: number;
  private data: string | undefined;
  private table: { header: string[]; rows: string[][] } = { header: [], rows: [] };
  private rows: IngestRows | undefined;
  private at = 0;
  private dueAt = 0;
  private errorMessage: string | undefined;
  private readonly worked: WorkedRow[] = [];

  constructor(org: Org, id: string, request: IngestRequest) {
    this.org = org;
    this.id = id;
    this.request = request;
    this.createdAt = org.now();
    this.changedAt = this.createdAt;
  }

  upload(data: Buffer): void {
    if (this.state !== 'Open') throw badState(`Job is in state ${this.state}; data is taken only while it is Open.`);
    if (this.data !== undefined) throw badState(`Found multiple contents for job: <${this.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`);
    this.data = data.toString('utf8');
  }

  change(state: unknown): void {
    if (state === 'Aborted') {
      if (this.finished) throw badState('Aborting already Completed Job not allowed');
      this.to('Aborted');
    } else if (state === 'UploadComplete') {
      if (this.state !== 'Open') throw badState('Closing already Completed Job not allowed');
      this.begin();
    } else throw new SfError(400, 'INVALIDJOB', `'${String(state)}' is no state that a job can be put into.`);
  }

  get finished(): boolean {
    return this.state === 'JobComplete' || this.state === 'Failed' || this.state === 'Aborted';
  }

  /** Works on what is due. */
  tick(now: number): void {
    while (!this.finished && this.state !== 'Open' && now >= this.dueAt) this.workOnBatch();
    if (this.state === 'UploadComplete' && now > this.changedAt) this.to('InProgress');
  }

  private begin(): void {
    this.to('UploadComplete');
    this.dueAt = this.org.now() + this.org.settings.bulkBatchMs;
    const failing = this.org.faults.strike(['bulk-job-failed'], 'bulk.patch');
    if (failing) return this.fail(failing.message ?? 'InternalServerError : Something went wrong. Contact support.');
    try {
      this.table = readCsv(this.data ?? '', this.request);
    } catch (error) {
      return this.fail(`InvalidBatch : Failed to parse CSV: ${(error as Error).message}`);
    }
    if (this.request.lineEnding === 'LF' && this.table.header.some((column) => column.endsWith('\r'))) return this.fail('ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF');
    this.rows = new IngestRows(this.org, { ...this.request, header: this.table.header });
    const problem = this.table.header.length === 0 ? 'InvalidBatch : Failed to parse CSV header' : this.rows.problem();
    if (problem) this.fail(problem);
  }

  private workOnBatch(): void {
    const end = Math.min(this.at + BATCH_ROWS, this.table.rows.length);
    for (; this.at < end; this.at += TRANSACTION_ROWS) this.worked.push(...(this.rows?.work(this.table.rows.slice(this.at, Math.min(end, this.at + TRANSACTION_ROWS))) ?? []));
    this.at = end;
    this.dueAt += this.org.settings.bulkBatchMs;
    this.to(this.at >= this.table.rows.length ? 'JobComplete' : 'InProgress');
  }

  private fail(message: string): void {
    this.errorMessage = message;
    this.to('Failed');
  }

  private to(state: JobState): void {
    this.state = state;
    this.changedAt = this.org.now();
  }

  /** As POST and PATCH show it; a GET shows its progress too. */
  info(progress: boolean): Record<string, unknown> {
    const { def, operation, key, version, columnDelimiter, lineEnding } = this.request;
    const failed = this.worked.filter((row) => row.error !== '').length;
    return {
      id: this.id, operation, object: def.name, createdById: this.org.userId, createdDate: formatDateTime(this.createdAt), systemModstamp: formatDateTime(this.changedAt), state: this.state,
      ...(key ? { externalIdFieldName: key.name } : {}), concurrencyMode: 'Parallel', contentType: 'CSV', apiVersion: Number(version), contentUrl: `services/data/v${version}/jobs/ingest/${this.id}/batches`, lineEnding, columnDelimiter,
      ...(progress ? { jobType: 'V2Ingest', numberRecordsProcessed: this.worked.length, numberRecordsFailed: failed, retries: 0, totalProcessingTime: this.changedAt - this.createdAt, apiActiveProcessingTime: 0, apexProcessingTime: 0 } : {}),
      ...(progress && this.errorMessage ? { errorMessage: this.errorMessage } : {}),
    };
  }

  successful(): string {
    const rows = this.worked.filter((row) => row.error === '').map((row) => [row.id, String(row.created), ...this.full(row.cells)]);
    return writeCsv(['sf__Id', 'sf__Created', ...this.table.header], shuffled(rows), this.request);
  }

  failed(): string {
    const rows = this.worked.filter((row) => row.error !== '').map((row) => [row.id, row.error, ...this.full(row.cells)]);
    return writeCsv(['sf__Id', 'sf__Error', ...this.table.header], shuffled(rows), this.request);
  }

  unprocessed(): string {
    return writeCsv(this.table.header, shuffled(this.table.rows.slice(this.at).map((row) => this.full(row))), this.request);
  }

  private full(cells: readonly string[]): string[] {
    return this.table.header.map((_, i) => cells[i] ?? '');
  }
}
