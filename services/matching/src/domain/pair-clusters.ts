import type { FoundPair } from './duplicate-pairs.ts';

/** How sure it must be that two are one; more than even, as somebody is going to merge them, which is hard to undo. */
const SURE = 0.6;
/** Of pairs that were never found, or as good as never. */
const LEAST = 0.005;

/** Accounts that are one company. */
export interface PairCluster {
  /** Id of the account that it is proposed to keep: the smallest, which in most CRMs is the oldest. */
  keep: string;
  /** The others in the order of their ids, each with the account of the cluster that it is likest to. */
  others: { id: string; score: number; with: string; common: string }[];
}

interface Member {
  owner: number;
  id: string;
  country: string;
}

interface Group {
  members: Member[];
  countries: Set<string>;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Surest first; the order in which pairs come changes nothing, nor which of the two is named first. */
function inOrder(pairs: readonly FoundPair[], idOf: (owner: number) => string): FoundPair[] {
  const named = pairs.map((pair) => {
    const [a, b] = [idOf(pair.a), idOf(pair.b)].sort(byText) as [string, string];
    return { pair, a, b };
  });
  named.sort((x, y) => y.pair.score - x.pair.score || byText(x.a, y.a) || byText(x.b, y.b));
  return named.map(({ pair }) => pair);
}

const keyOf = (a: number, b: number): number => (a < b ? a * 4294967296 + b : b * 4294967296 + a);

/** What all pairs between two groups say together: one bridge does not join what nothing else holds together. */
function belongTogether(left: Group, right: Group, scores: ReadonlyMap<number, number>): boolean {
  let logOdds = 0;
  for (const x of left.members) {
    for (const y of right.members) {
      const score = Math.min(1 - LEAST, Math.max(LEAST, scores.get(keyOf(x.owner, y.owner)) ?? LEAST));
      logOdds += Math.log(score / (1 - score));
    }
  }
  return logOdds > 1e-9;
}

/**
 * Joins judged pairs (each once) to clusters, the surest first; unsure ones speak against what they lie between. An account whose country is not known may be the same as a Canadian and an
 * American one, but those two stay apart (CNA-5).
 */
export function clustersOfPairs(pairs: readonly FoundPair[], about: (owner: number) => { id: string; country: string }): PairCluster[] {
  const known = new Map<number, Member>();
  const member = (owner: number): Member => {
    let one = known.get(owner);
    if (!one) known.set(owner, one = { owner, ...about(owner) });
    return one;
  };
  const groups = new Map<number, Group>();
  const groupOf = (one: Member): Group => groups.get(one.owner) ?? { members: [one], countries: new Set(one.country === '' ? [] : [one.country]) };
  const scores = new Map(pairs.map(({ a, b, score }) => [keyOf(a, b), score]));
  const sorted = inOrder(pairs.filter(({ score }) => score >= SURE), (owner) => member(owner).id);
  const likest = new Map<number, { score: number; with: string; common: string }>();
  for (const { a, b, score, common } of sorted) {
    const [x, y] = [member(a), member(b)];
    const [left, right] = [groupOf(x), groupOf(y)];
    if (left !== right || left.members.length === 1) {
      const countries = new Set([...left.countries, ...right.countries]);
      if (countries.size > 1 || !belongTogether(left, right, scores)) continue;
      const joined = { members: [...left.members, ...right.members], countries };
      for (const { owner } of joined.members) groups.set(owner, joined);
    }
    if (!likest.has(a)) likest.set(a, { score, with: y.id, common });
    if (!likest.has(b)) likest.set(b, { score, with: x.id, common });
  }
  const clusters = [...new Set(groups.values())].map(({ members }) => {
    const [first, ...others] = [...members].sort((p, q) => byText(p.id, q.id)) as [Member, ...Member[]];
    return { keep: first.id, others: others.map((o) => ({ id: o.id, ...(likest.get(o.owner) as { score: number; with: string; common: string }) })) };
  });
  return clusters.sort((p, q) => byText(p.keep, q.keep));
}
