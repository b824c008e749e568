import type { FoundPair } from './duplicate-pairs.ts';
import { joinPairs, type About, type Member, type PairCluster } from './joined-pairs.ts';

/** How sure it must be that two are one; more than even, as somebody is going to merge them, which is hard to undo. */
const SURE = 0.6;
/** Of pairs that were never found, or as good as never. */
const LEAST = 0.005;

const keyOf = (a: number, b: number): number => (a < b ? a * 4294967296 + b : b * 4294967296 + a);

/** What all pairs between two groups say together: one bridge does not join what nothing else holds together. */
function belongTogether(left: readonly Member[], right: readonly Member[], scores: ReadonlyMap<number, number>): boolean {
  let logOdds = 0;
  for (const x of left) {
    for (const y of right) {
      const score = Math.min(1 - LEAST, Math.max(LEAST, scores.get(keyOf(x.owner, y.owner)) ?? LEAST));
      logOdds += Math.log(score / (1 - score));
    }
  }
  return logOdds > 1e-9;
}

/** Joins judged pairs (each once) to clusters; unsure ones speak against what they lie between. */
export function clustersOfPairs(pairs: readonly FoundPair[], about: About): PairCluster[] {
  const scores = new Map(pairs.map(({ a, b, score }) => [keyOf(a, b), score]));
  return joinPairs(pairs.filter(({ score }) => score >= SURE), about, (left, right) => belongTogether(left, right, scores));
}
