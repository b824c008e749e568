import { availableParallelism } from 'node:os';
import type { FoundPair } from '../domain/duplicate-pairs.ts';
import { COLUMNS, type Row, type Subject } from './columns.ts';
import { csvText } from './csv-text.ts';
import type { DecidedRows, FoundClusters } from './match-worker.ts';
import { OutFile } from './out-file.ts';
import type { PackedIndexData } from './packed-index.ts';
import type { PackedPart } from './packed-part.ts';
import { readRows, sizeOf, type ReadOptions, type RowProblem } from './read-rows.ts';
import { WorkerPool } from './worker-pool.ts';

/** How far the work is: `share` of the phase, 0 to 1, where it can be told. */
export interface FileProgress {
  phase: 'accounts' | 'index' | 'decide' | 'duplicates';
  rows: number;
  share: number;
}

export interface FileOptions {
  accounts: string;
  out: string;
  onProgress?: (progress: FileProgress) => void;
  onProblem?: (problem: RowProblem) => void;
  threads?: number;
  /** Once aborted, the work ends with its reason, and nothing is left behind. */
  signal?: AbortSignal;
}

export interface FileCounts {
  accounts: number;
  problems: number;
  /** Seconds from the first byte read; of `decide`, from the index being in place to the last decision. */
  seconds: { index: number; decide: number; total: number };
}

export interface MatchCounts extends FileCounts {
  candidates: number;
  match: number;
  new: number;
  review: number;
}

export interface DedupeCounts extends FileCounts {
  duplicates: number;
  clusters: number;
}

const ROWS_AT_ONCE = 1_000;
/** Batches under way at a thread: one is worked on while the next one waits. */
const AHEAD = 2;

/** Rows in batches of the same size, wherever the file's pieces end. */
async function* batches(file: string, columns: readonly string[], options: ReadOptions): AsyncGenerator<{ rows: Row[]; share: number }> {
  let open: Row[] = [];
  let share = 0;
  for await (const piece of readRows(file, columns, options)) {
    ({ share } = piece);
    open.push(...piece.rows);
    while (open.length >= ROWS_AT_ONCE) {
      yield { rows: open.slice(0, ROWS_AT_ONCE), share };
      open = open.slice(ROWS_AT_ONCE);
    }
  }
  if (open.length > 0) yield { rows: open, share };
}

class FileWork {
  readonly pool: WorkerPool;
  problems = 0;
  accounts = 0;
  private readonly begun = performance.now();
  private indexed = 0;

  constructor(private readonly options: FileOptions) {
    this.pool = new WorkerPool(options.threads ?? Math.max(1, Math.min(8, availableParallelism())));
  }

  readonly problem = (problem: RowProblem): void => {
    this.problems += 1;
    this.options.onProblem?.(problem);
  };

  progress(phase: FileProgress['phase'], rows: number, share: number): void {
    this.options.onProgress?.({ phase, rows, share });
  }

  /** Asks the threads in turn, so many batches ahead, and hands their answers on in the order of the questions. */
  async inTurn<B, T>(source: AsyncIterable<B>, ask: (thread: number, batch: B) => Promise<T>, take: (answer: T, batch: B) => Promise<void> | void): Promise<void> {
    const open: { batch: B; answer: Promise<T> }[] = [];
    let turn = 0;
    const next = async (): Promise<void> => {
      const { batch, answer } = open.shift() as { batch: B; answer: Promise<T> };
      await take(await answer, batch);
      this.options.signal?.throwIfAborted();
    };
    for await (const batch of source) {
      const answer = ask(turn % this.pool.size, batch);
      // The first that fails ends the work; those behind it have nobody who waits for them.
      answer.catch(() => undefined);
      open.push({ batch, answer });
      turn += 1;
      if (open.length >= this.pool.size * AHEAD) await next();
    }
    while (open.length > 0) await next();
  }

  /** Reads the accounts and gives every thread the index over them. */
  async index(subject: Subject): Promise<PackedIndexData> {
    await this.pool.askAll({ ask: 'begin', fileBytes: (await sizeOf(this.options.accounts)) / this.pool.size });
    const rowsOf = batches(this.options.accounts, COLUMNS.accounts, { onProblem: this.problem, sameIdAgain: 'left-out' });
    await this.inTurn(rowsOf, (thread, { rows }) => this.pool.ask(thread, { ask: 'accounts', rows }), (_, { rows, share }) => {
      this.accounts += rows.length;
      this.progress('accounts', this.accounts, share);
    });
    const data = await this.pool.ask<PackedIndexData>(0, { ask: 'join', parts: await this.pool.askAll<PackedPart>({ ask: 'part' }) });
    this.progress('index', this.accounts, 1);
    await this.pool.askAll({ ask: 'index', data, subject });
    this.indexed = performance.now();
    return data;
  }

  counts(): FileCounts {
    const now = performance.now();
    const seconds = (from: number, to: number): number => Math.round(to - from) / 1000;
    return { accounts: this.accounts, problems: this.problems, seconds: { index: seconds(this.begun, this.indexed), decide: seconds(this.indexed, now), total: seconds(this.begun, now) } };
  }
}

/** Opens what is read and written before any work, so that a slip in a name is told at once; ends the threads and takes half a file away. */
async function doing<T extends object>(options: FileOptions, inputs: readonly string[], header: string, what: (work: FileWork, out: OutFile) => Promise<T>): Promise<T & FileCounts> {
  for (const input of inputs) await sizeOf(input);
  const out = await OutFile.open(options.out, inputs);
  const work = new FileWork(options);
  try {
    await out.write(header);
    const counts = await what(work, out);
    await out.finish();
    return { ...work.counts(), ...counts };
  } catch (error) {
    await out.discard();
    throw error;
  } finally {
    await work.pool.stop();
  }
}

const DECISIONS = csvText([['candidate_id', 'account_id', 'decision', 'score', 'rule', 'reason']]);
const DUPLICATES = csvText([['account_id', 'duplicate_of', 'score', 'reason']]);

/**
 * Decides about every company or lead of a file against the accounts of another, and writes `candidate_id,account_id,
 * decision,score,rule,reason`, in the order of the file. Memory grows with the accounts only.
 * @throws as `readRows` and `OutFile`
 */
export async function matchFiles(options: FileOptions & { subject: Subject; candidates: string }): Promise<MatchCounts> {
  return doing(options, [options.accounts, options.candidates], DECISIONS, async (work, out) => {
    await work.index(options.subject);
    const counts = { candidates: 0, match: 0, new: 0, review: 0 };
    const rowsOf = batches(options.candidates, COLUMNS[options.subject], { onProblem: work.problem, sameIdAgain: 'told' });
    await work.inTurn(rowsOf, (thread, { rows }) => work.pool.ask<DecidedRows>(thread, { ask: 'decide', rows }), async ({ text, ...decided }, { rows, share }) => {
      for (const decision of ['match', 'new', 'review'] as const) counts[decision] += decided[decision];
      counts.candidates += rows.length;
      await out.write(text);
      work.progress('decide', counts.candidates, share);
    });
    return counts;
  });
}

async function* ranges(count: number): AsyncGenerator<{ from: number; to: number }> {
  for (let from = 0; from < count; from += ROWS_AT_ONCE) yield { from, to: Math.min(count, from + ROWS_AT_ONCE) };
}

/**
 * Finds the accounts of a file that are the same company, and writes `account_id,duplicate_of,score,reason`, a line for each
 * account but the one of its cluster that it is proposed to keep: the one with the smallest id.
 * @throws as `readRows` and `OutFile`
 */
export async function dedupeFile(options: FileOptions): Promise<DedupeCounts> {
  return doing(options, [options.accounts], DUPLICATES, async (work, out) => {
    const { accounts } = await work.index('companies');
    const pairs: FoundPair[] = [];
    await work.inTurn(ranges(accounts), (thread, { from, to }) => work.pool.ask<FoundPair[]>(thread, { ask: 'duplicates', from, to }), (found, { to }) => {
      for (const pair of found) pairs.push(pair);
      work.progress('duplicates', to, to / accounts);
    });
    const { text, ...counts } = await work.pool.ask<FoundClusters>(0, { ask: 'clusters', pairs });
    await out.write(text);
    return counts;
  });
}
