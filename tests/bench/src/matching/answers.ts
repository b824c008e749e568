import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { quality, type Answer, type Quality } from './quality.ts';

interface DecisionRow {
  candidate_id?: string;
  lead_id?: string;
  account_id: string;
  /** Of a tool that decides by itself. */
  decision?: string;
  score: string;
}

interface TruthRow {
  candidate_id?: string;
  lead_id?: string;
  true_account_id: string;
}

/** Of each candidate its answer, and for those that leave the threshold to us the score. */
export interface Scored extends Answer {
  score: number;
}

export const rowsOf = <T>(file: string): AsyncIterable<T> => createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<T>;
const idOf = (row: { candidate_id?: string; lead_id?: string }): string => (row.candidate_id ?? row.lead_id) as string;

/** Of companies and of leads. */
export async function answersOf(decisions: string, candidates: string): Promise<Scored[]> {
  const decided = new Map<string, DecisionRow>();
  for await (const row of rowsOf<DecisionRow>(decisions)) decided.set(idOf(row), row);
  const answers: Scored[] = [];
  for await (const asked of rowsOf<TruthRow>(candidates)) {
    const row = decided.get(idOf(asked));
    answers.push({ truth: asked.true_account_id, accountId: row?.account_id ?? '', decision: row?.decision ?? 'new', score: row ? Number(row.score) : -1 });
  }
  return answers;
}

export const atThreshold = (answers: readonly Scored[], matchAt: number): Scored[] => answers.map((a) => ({ ...a, decision: a.score >= matchAt ? 'match' : 'new' }));

/** Of a hundred thresholds, as many scores lying between each and the next, the one with the best F1. */
export function bestOf<T extends { f1: number }>(scores: readonly number[], at: (matchAt: number) => T): { matchAt: number; quality: T } {
  const sorted = scores.filter((s) => s >= 0).sort((a, b) => a - b);
  let best = { matchAt: 1, quality: at(Infinity) };
  for (let i = 0; i < 100 && sorted.length > 0; i += 1) {
    const matchAt = sorted[Math.floor((i / 100) * sorted.length)] as number;
    const reached = at(matchAt);
    if (reached.f1 > best.quality.f1) best = { matchAt, quality: reached };
  }
  return best;
}

export const bestThreshold = (answers: readonly Scored[], clusterOf: (accountId: string) => string): { matchAt: number; quality: Quality } =>
  bestOf(answers.map((a) => a.score), (matchAt) => quality(atThreshold(answers, matchAt), clusterOf));
