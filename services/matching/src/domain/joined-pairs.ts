import type { FoundPair } from './duplicate-pairs.ts';

/** Accounts that are one company. */
export interface PairCluster {
  /** Id of the account that it is proposed to keep: the smallest, which in most CRMs is the oldest. */
  keep: string;
  /** The others in the order of their ids, each with the account of the cluster that it is likest to. */
  others: { id: string; score: number; with: string; common: string }[];
}

export interface Member {
  owner: number;
  id: string;
  country: string;
}

interface Group {
  members: readonly Member[];
  countries: ReadonlySet<string>;
}

/** An account's id and country, where a country counts. */
export type About = (owner: number) => { id: string; country: string };

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

/**
 * Joins pairs to clusters, the surest first, where `belongTogether` says so of the two groups that a pair lies between. An account
 * whose country is not known may be the same as a Canadian and an American one, but those two stay apart (CNA-5).
 */
export function joinPairs(pairs: readonly FoundPair[], about: About, belongTogether: (left: readonly Member[], right: readonly Member[]) => boolean): PairCluster[] {
  const known = new Map<number, Member>();
  const member = (owner: number): Member => {
    let one = known.get(owner);
    if (!one) known.set(owner, one = { owner, ...about(owner) });
    return one;
  };
  const groups = new Map<number, Group>();
  const groupOf = (one: Member): Group => groups.get(one.owner) ?? { members: [one], countries: new Set(one.country === '' ? [] : [one.country]) };
  const likest = new Map<number, { score: number; with: string; common: string }>();
  for (const { a, b, score, common } of inOrder(pairs, (owner) => member(owner).id)) {
    const [x, y] = [member(a), member(b)];
    const [left, right] = [groupOf(x), groupOf(y)];
    if (left !== right || left.members.length === 1) {
      const countries = new Set([...left.countries, ...right.countries]);
      if (countries.size > 1 || !belongTogether(left.members, right.members)) continue;
      const joined = { members: [...left.members, ...right.members], countries };
      for (const { owner } of joined.members) groups.set(owner, joined);
    }
    if (!likest.has(a)) likest.set(a, { score, with: y.id, common });
    if (!likest.has(b)) likest.set(b, { score, with: x.id, common });
  }
  const clusters = [...new Set(groups.values())].map(({ members }): PairCluster => {
    const [first, ...others] = [...members].sort((p, q) => byText(p.id, q.id)) as [Member, ...Member[]];
    return { keep: first.id, others: others.map((o) => ({ id: o.id, ...(likest.get(o.owner) as { score: number; with: string; common: string }) })) };
  });
  return clusters.sort((p, q) => byText(p.keep, q.keep));
}
