import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { quality, type Answer, type Quality } from './quality.ts';

interface DecisionRow {
  candidate_id: string;
  account_id: string;
  /** Of a tool that decides by itself. */
  decision?: string;
  score: string;
}

/** Of each candidate its answer, and for those that leave the threshold to us the score. */
export interface Scored extends Answer {
  score: number;
}

const rowsOf = <T>(file: string): AsyncIterable<T> => createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<T>;

export async function answersOf(decisions: string, candidates: string): Promise<Scored[]> {
  const decided = new Map<string, DecisionRow>();
  for await (const row of rowsOf<DecisionRow>(decisions)) decided.set(row.candidate_id, row);
  const answers: Scored[] = [];
  for await (const { candidate_id: id, true_account_id: truth } of rowsOf<{ candidate_id: string; true_account_id: string }>(candidates)) {
    const row = decided.get(id);
    answers.push({ truth, accountId: row?.account_id ?? '', decision: row?.decision ?? 'new', score: row ? Number(row.score) : -1 });
  }
  return answers;
}

export const atThreshold = (answers: readonly Scored[], matchAt: number): Scored[] => answers.map((a) => ({ ...a, decision: a.score >= matchAt ? 'match' : 'new' }));

/** The threshold with the best F1, of a hundred. */
export function bestThreshold(answers: readonly Scored[], clusterOf: (accountId: string) => string): { matchAt: number; quality: Quality } {
  const scores = answers.map((a) => a.score).filter((s) => s >= 0).sort((a, b) => a - b);
  let best = { matchAt: 1, quality: quality(atThreshold(answers, Infinity), clusterOf) };
  for (let i = 0; i < 100; i += 1) {
    const matchAt = scores[Math.floor((i / 100) * scores.length)] as number;
    const reached = quality(atThreshold(answers, matchAt), clusterOf);
    if (reached.f1 > best.quality.f1) best = { matchAt, quality: reached };
  }
  return best;
}
