import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { stringify } from 'csv-stringify/sync';
import { COLUMNS, type FileDecision, type Row, type Subject } from './engine.ts';
import { clustersOfPairs } from '../domain/pair-clusters.ts';
import type { Pair } from './match-worker.ts';
import { PackedIndex, joinParts, type PackedIndexData } from './packed-index.ts';
import type { PackedPart } from './packed-part.ts';
import { readRows, type RowProblem } from './read-rows.ts';
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
const ACCOUNT_COLUMNS = ['account_id', 'name', 'website', 'country'];

/** Rows in batches of the same size, wherever the file's pieces end. */
async function* batches(file: string, columns: readonly string[], onProblem: (problem: RowProblem) => void): AsyncGenerator<{ rows: Row[]; share: number }> {
  let open: Row[] = [];
  let share = 0;
  for await (const piece of readRows(file, columns, onProblem)) {
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
    };
    for await (const batch of source) {
      open.push({ batch, answer: ask(turn % this.pool.size, batch) });
      turn += 1;
      if (open.length >= this.pool.size * AHEAD) await next();
    }
    while (open.length > 0) await next();
  }

  /** Reads the accounts and gives every thread the index over them. */
  async index(subject: Subject): Promise<PackedIndexData> {
    await this.inTurn(batches(this.options.accounts, ACCOUNT_COLUMNS, this.problem), (thread, { rows }) => this.pool.ask(thread, { ask: 'accounts', rows }), (_, { rows, share }) => {
      this.accounts += rows.length;
      this.progress('accounts', this.accounts, share);
    });
    const data = joinParts(await this.pool.askAll<PackedPart>({ ask: 'part' }));
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

async function write(out: WriteStream, rows: readonly (readonly unknown[])[]): Promise<void> {
  if (rows.length > 0 && !out.write(stringify(rows as unknown[][]))) await once(out, 'drain');
}

async function closed(out: WriteStream): Promise<void> {
  out.end();
  await once(out, 'finish');
}

const rounded = (score: number): string => score.toFixed(4);

/**
 * Decides about every company or lead of a file against the accounts of another, and writes `candidate_id,account_id,
 * decision,score,rule,reason`, in the order of the file. Memory grows with the accounts only.
 * @throws as `readRows`
 */
export async function matchFiles(options: FileOptions & { subject: Subject; candidates: string }): Promise<MatchCounts> {
  const work = new FileWork(options);
  try {
    await work.index(options.subject);
    const counts = { candidates: 0, match: 0, new: 0, review: 0 };
    const out = createWriteStream(options.out);
    await once(out, 'open');
    await write(out, [['candidate_id', 'account_id', 'decision', 'score', 'rule', 'reason']]);
    await work.inTurn(batches(options.candidates, COLUMNS[options.subject], work.problem), (thread, { rows }) => work.pool.ask<FileDecision[]>(thread, { ask: 'decide', rows }), async (decisions, { share }) => {
      for (const { decision } of decisions) counts[decision] += 1;
      counts.candidates += decisions.length;
      await write(out, decisions.map((d) => [d.id, d.accountId, d.decision, rounded(d.score), d.rule, d.reason]));
      work.progress('decide', counts.candidates, share);
    });
    await closed(out);
    return { ...work.counts(), ...counts };
  } finally {
    await work.pool.stop();
  }
}

async function* ranges(count: number): AsyncGenerator<{ from: number; to: number }> {
  for (let from = 0; from < count; from += ROWS_AT_ONCE) yield { from, to: Math.min(count, from + ROWS_AT_ONCE) };
}

/**
 * Finds the accounts of a file that are the same company, and writes `account_id,duplicate_of,score,reason`, a line for each
 * account but the one of its cluster that it is proposed to keep: the one with the smallest id.
 * @throws as `readRows`
 */
export async function dedupeFile(options: FileOptions): Promise<DedupeCounts> {
  const work = new FileWork(options);
  try {
    const data = await work.index('companies');
    const pairs: Pair[] = [];
    let done = 0;
    await work.inTurn(ranges(data.accounts), (thread, { from, to }) => work.pool.ask<Pair[]>(thread, { ask: 'duplicates', from, to }), (found, { from, to }) => {
      pairs.push(...found);
      done += to - from;
      work.progress('duplicates', done, done / data.accounts);
    });
    const index = new PackedIndex(data);
    const clusters = clustersOfPairs(pairs, (owner) => {
      const { accountId, profile } = index.account(owner);
      return { id: accountId, country: profile.countryCode };
    });
    const out = createWriteStream(options.out);
    await once(out, 'open');
    await write(out, [['account_id', 'duplicate_of', 'score', 'reason'], ...clusters.flatMap(({ keep, others }) => others.map((o) => [o.id, keep, rounded(o.score), `${o.with}: ${o.common}.`]))]);
    await closed(out);
    return { ...work.counts(), clusters: clusters.length, duplicates: clusters.reduce((sum, cluster) => sum + cluster.others.length, 0) };
  } finally {
    await work.pool.stop();
  }
}
