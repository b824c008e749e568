import { createHash } from 'node:crypto';
import { type segments } from '@signalbox/contracts';
import { invalid, isSignalboxError, retryable, type Clock, type IdSource } from '@signalbox/kernel';
import type { CompanyDraft } from '../domain/company.ts';
import { CompanyFile } from '../domain/csv/company-file.ts';
import type { CompanyRow, RowProblem } from '../domain/csv/company-rows.ts';
import type { HeaderMap } from '../domain/csv/header.ts';
import type { ImportKey, ImportProgress, Imports, Measures, Pause, SourceColumns } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';

export interface ImportLimits {
  /** Largest file in bytes. */
  maxBytes: number;
}

const ROWS_PER_BATCH = 1_000;
/** Long rows are written in smaller batches: on their way to the database there are several copies of them. */
const BYTES_PER_BATCH = 1 << 20;
/** A message may carry many megabytes: it is worked on in pieces, so that other calls are answered in between. */
const PIECE_BYTES = 256 * 1024;
/** Problems kept by their line; further ones are only counted, so that a file of rubbish does not fill the database. */
const MOST_PROBLEMS = 10_000;
const CUT_OFF_MS = 20;
/** The caller waits for the segments no longer than this; what is left the reconciler does. */
const EVALUATION_MS = 60_000;

/** A stable source id for a company whose source has none. */
export const sourceIdFor = (identity: string): string => `auto-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;

type Requests = AsyncIterator<segments.ImportCompaniesRequest>;

/** Imports a CSV file from a stream of bytes: batch by batch, so that memory stays flat and progress can be seen. */
export class ImportCompanies {
  constructor(
    private readonly imports: Imports,
    private readonly refresher: RefreshMembers,
    private readonly measures: Measures,
    private readonly ids: IdSource,
    private readonly clock: Clock,
    private readonly monotonicMs: () => number,
    private readonly pause: Pause,
    private readonly limits: ImportLimits,
  ) {}

  /**
   * Problems with the file are in the answer; what is thrown are problems with the call or on our side.
   * @param cancelled aborted when the caller is gone: a stream that was cut off looks just like one that ended
   */
  async run(workspaceId: string, requests: AsyncIterable<segments.ImportCompaniesRequest>, cancelled: AbortSignal): Promise<segments.CompanyImport> {
    const iterator = requests[Symbol.asyncIterator]();
    const start = await firstMessage(iterator);
    const key = { workspaceId, id: this.ids.next() };
    await this.imports.whileAtWork(key, async (lost) => {
      await this.imports.begin(key, { name: start.fileName.trim(), sizeBytes: start.sizeBytes, startedAt: this.clock.now() });
      const run = new ImportRun(key, this.imports, this.measures, this.limits);
      await this.end(key, run, await this.take(key, run, iterator, start.sizeBytes, { lost, cancelled }));
    });
    await this.refresher.refresh(workspaceId, this.monotonicMs() + EVALUATION_MS);
    return (await this.imports.get(key))!;
  }

  private async take(key: ImportKey, run: ImportRun, iterator: Requests, sizeBytes: number, signals: { lost: AbortSignal; cancelled: AbortSignal }): Promise<string | undefined> {
    const next = async () => (run.failure ? undefined : iterator.next());
    try {
      run.checkSize(sizeBytes);
      for (let message = await next(); message && !message.done; message = await next()) {
        if (signals.lost.aborted) throw databaseLost();
        await run.push(message.value);
      }
      // A stream that the caller cut off ends first, and is said to be cancelled a moment later. This is known before the last line
      // is taken, which may be half of one.
      await this.pause(CUT_OFF_MS, signals.cancelled);
      if (signals.cancelled.aborted) throw brokenOff();
      await run.finish(sizeBytes);
      return run.failure;
    } catch (error) {
      const why = isSignalboxError(error) ? error.publicMessage : brokenOff().publicMessage;
      await this.end(key, run, `${why} What was read up to there is kept; import the file again: rows are recognised by their id.`);
      throw error;
    }
  }

  private async end(key: ImportKey, run: ImportRun, failure: string | undefined): Promise<void> {
    await this.imports.end(key, { failure, bytesRead: run.progress.bytesRead, finishedAt: this.clock.now() });
    this.measures.importEnded(failure ? 'failed' : 'finished');
  }
}

const databaseLost = () => retryable('segments.import.interrupted', 'The connection to the database broke during the import.', 1000);
const brokenOff = () => retryable('segments.import.broken_off', 'The upload broke off before the end of the file.', 1000);

async function firstMessage(iterator: Requests): Promise<segments.ImportStart> {
  const first = await iterator.next();
  const part = first.done ? undefined : first.value.part;
  if (part?.$case !== 'start') throw invalid('segments.import.start_missing', 'The first message of an import must say what it is (start); the bytes follow.', { field: 'start' });
  if (part.start.fileName.length > 500 || part.start.fileName.includes('\0')) throw invalid('segments.import.file_name', 'The file name may have 500 characters and no NUL.', { field: 'start.file_name' });
  return part.start;
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toLocaleString('en', { maximumFractionDigits: 2 })} GiB`;

/** One import while it runs: the file as far as it has been read, and the batch that is being collected. */
class ImportRun {
  failure: string | undefined;
  readonly progress: ImportProgress = { bytesRead: 0, rowsRead: 0, rowsRejected: 0 };
  private readonly file = new CompanyFile(sourceIdFor);
  private companies: CompanyDraft[] = [];
  private problems: RowProblem[] = [];
  private problemsKept = 0;
  private rejectedWritten = 0;
  private bytesWritten = 0;

  constructor(
    private readonly key: ImportKey,
    private readonly imports: Imports,
    private readonly measures: Measures,
    private readonly limits: ImportLimits,
  ) {}

  checkSize(bytes: number): void {
    const { maxBytes } = this.limits;
    if (bytes <= maxBytes) return;
    this.failure = `The file has more than ${maxBytes} bytes (${gib(maxBytes)}), the largest that may be imported. Split it into several files with the same header, or have SIGNALBOX_IMPORT_MAX_BYTES raised.`;
  }

  async push(request: segments.ImportCompaniesRequest): Promise<void> {
    if (request.part?.$case !== 'chunk') throw invalid('segments.import.chunk_expected', 'After the first message of an import only bytes (chunk) may follow.', { field: 'chunk' });
    const { chunk } = request.part;
    this.checkSize(this.progress.bytesRead + chunk.length);
    for (let at = 0; at < chunk.length && !this.failure; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      this.progress.bytesRead += piece.length;
      await this.collect(this.file.push(piece));
    }
  }

  /** @param sizeBytes what the file was said to have; 0 when that is not known */
  async finish(sizeBytes: number): Promise<void> {
    if (!this.failure && this.progress.bytesRead < sizeBytes) {
      this.failure = `The file was to have ${sizeBytes} bytes, and ended after ${this.progress.bytesRead}. What was read up to there is kept; import the file again: rows are recognised by their id.`;
    }
    if (!this.failure) await this.collect(this.file.finish());
    if (this.file.header) await this.flush();
  }

  private async collect(rows: CompanyRow[]): Promise<void> {
    this.failure ??= this.file.failure;
    for (const row of rows) {
      this.progress.rowsRead += 1;
      if (row.company) this.companies.push(row.company);
      else this.progress.rowsRejected += 1;
      if (row.problem) this.keepProblem(row.problem);
      if (this.companies.length >= ROWS_PER_BATCH || this.problems.length >= ROWS_PER_BATCH) await this.flush();
    }
    if (this.companies.length > 0 && this.progress.bytesRead - this.bytesWritten >= BYTES_PER_BATCH) await this.flush();
  }

  private keepProblem(problem: RowProblem): void {
    if (this.problemsKept > MOST_PROBLEMS) return;
    this.problemsKept += 1;
    const last = this.problemsKept > MOST_PROBLEMS;
    this.problems.push(last ? { line: problem.line, code: 'segments.import.too_many_problems', message: `From here on problems are counted and not listed: there are more than ${MOST_PROBLEMS}.` } : problem);
  }

  private async flush(): Promise<void> {
    const { companies, problems } = this;
    this.companies = [];
    this.problems = [];
    const rejectedBefore = this.rejectedWritten;
    this.rejectedWritten = this.progress.rowsRejected;
    this.bytesWritten = this.progress.bytesRead;
    const counts = await this.imports.write(this.key, { companies, problems, columns: columnsOf(this.file.header!), progress: { ...this.progress } });
    for (const outcome of ['created', 'updated', 'unchanged'] as const) this.measures.importRows(outcome, counts[outcome]);
    this.measures.importRows('rejected', this.progress.rowsRejected - rejectedBefore);
  }
}

/** Numbers that were none are kept as attributes under the column's own name: such a one is the file's to overwrite, too. */
function columnsOf(header: HeaderMap): SourceColumns {
  const numbers = (['employees', 'annualRevenue'] as const).flatMap((field) => header.titles.get(field) ?? []);
  return { fields: header.fields, attributes: [...header.attributes, ...numbers] };
}
