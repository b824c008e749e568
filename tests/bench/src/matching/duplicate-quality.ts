import { rowsOf } from './answers.ts';

/** Two accounts that a tool calls the same company, or that are. */
export interface Pair {
  a: string;
  b: string;
  /** Of one that decides by itself: 1. */
  score: number;
}

export interface PairQuality {
  f1: number;
  precision: number;
  recall: number;
}

export async function pairsOf(duplicates: string, decides: boolean): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for await (const row of rowsOf<{ account_id: string; duplicate_of: string; score?: string }>(duplicates)) {
    pairs.push({ a: row.account_id, b: row.duplicate_of, score: decides ? 1 : Number(row.score) });
  }
  return pairs;
}

/** Of each account that is in a pair the one that stands for all that are joined to it, whichever pairs join them. */
function joined(pairs: Iterable<Pair>): Map<string, string> {
  const above = new Map<string, string>();
  const top = (id: string): string => {
    let at = id;
    for (let next = above.get(at); next !== undefined && next !== at; next = above.get(at)) at = next;
    return at;
  };
  for (const { a, b } of pairs) {
    for (const id of [a, b]) if (!above.has(id)) above.set(id, id);
    above.set(top(a), top(b));
  }
  return new Map([...above.keys()].map((id) => [id, top(id)]));
}

const pairsAmong = (n: number): number => (n * (n - 1)) / 2;

function pairsIn(groups: Iterable<string>): number {
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, n) => sum + pairsAmong(n), 0);
}

/**
 * Precision and recall of pairs of accounts. What is joined to the same account is the same company, so of a cluster of three
 * all three pairs count, among the answers as among the truth.
 */
export function pairQuality(found: Iterable<Pair>, truth: Iterable<Pair>): PairQuality {
  const [ours, right] = [joined(found), joined(truth)];
  const both = pairsIn([...ours].filter(([id]) => right.has(id)).map(([id, group]) => `${group} ${right.get(id) as string}`));
  const precision = both / Math.max(1, pairsIn(ours.values()));
  const recall = both / Math.max(1, pairsIn(right.values()));
  return { f1: both === 0 ? 0 : (2 * precision * recall) / (precision + recall), precision, recall };
}
