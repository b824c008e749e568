import type { FoundPair } from './duplicate-pairs.ts';
import type { PairCluster } from './pair-clusters.ts';

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

/**
 * Clusters of accounts that a workspace's own blocks hold for: whatever hangs together by pairs is one. The surest pairs join
 * first; two countries never come together. `about` gives no country where blocks leave it out.
 */
export function exactClusters(pairs: readonly FoundPair[], about: (owner: number) => { id: string; country: string }): PairCluster[] {
  const groups = new Map<number, Group>();
  const groupOf = (owner: number): Group => {
    const known = groups.get(owner);
    if (known) return known;
    const { id, country } = about(owner);
    return { members: [{ owner, id, country }], countries: new Set(country === '' ? [] : [country]) };
  };
  const likest = new Map<number, FoundPair & { with: string }>();
  const idOf = (owner: number): string => about(owner).id;
  const sorted = [...pairs].sort((x, y) => y.score - x.score || byText(idOf(x.a), idOf(y.a)) || byText(idOf(x.b), idOf(y.b)));
  for (const pair of sorted) {
    const [left, right] = [groupOf(pair.a), groupOf(pair.b)];
    if (left !== right || left.members.length === 1) {
      const countries = new Set([...left.countries, ...right.countries]);
      if (countries.size > 1) continue;
      const joined = { members: [...left.members, ...right.members], countries };
      for (const { owner } of joined.members) groups.set(owner, joined);
    }
    if (!likest.has(pair.a)) likest.set(pair.a, { ...pair, with: idOf(pair.b) });
    if (!likest.has(pair.b)) likest.set(pair.b, { ...pair, with: idOf(pair.a) });
  }
  return [...new Set(groups.values())].map(({ members }): PairCluster => {
    const [first, ...others] = [...members].sort((p, q) => byText(p.id, q.id)) as [Member, ...Member[]];
    return { keep: first.id, others: others.map(({ owner, id }) => ({ id, ...(({ score, with: other, common }) => ({ score, with: other, common }))(likest.get(owner) as FoundPair & { with: string }) })) };
  }).sort((p, q) => byText(p.keep, q.keep));
}
