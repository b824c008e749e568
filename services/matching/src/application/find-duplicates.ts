import { Comparison } from '../domain/comparison.ts';
import { judgeFound, thresholdsOf } from '../domain/decide.ts';
import { LEAST_SCORE, judgedPairs, toldApartInBrackets, type FoundPair } from '../domain/duplicate-pairs.ts';
import { exactClusters } from '../domain/exact-clusters.ts';
import { NOBODY, worthComparing, type Account, type Found } from '../domain/found.ts';
import { MOST_COMPARED } from '../domain/nearest.ts';
import type { PairCluster } from '../domain/joined-pairs.ts';
import { clustersOfPairs } from '../domain/pair-clusters.ts';
import type { RuleSet } from '../domain/rules.ts';
import { differentCountries, ruleOf } from '../domain/verdict.ts';
import type { WordRarity } from '../domain/word-rarity.ts';
import { MOST_EXACT } from './match-candidates.ts';
import type { AccountIndex, IndexId, Rules } from './ports.ts';

export interface Cluster {
  /** At least two. The one first that it is proposed to keep; `score` and `rule` are of the comparison with the likest of the others. */
  accounts: { account: Account; score: number; rule: string }[];
  /** That of the least sure of them. */
  rule: string;
}

/** Clusters whose accounts are read at once. */
const CLUSTERS_AT_ONCE = 200;

/** The accounts that stand in pairs, numbered; all others are forgotten as soon as they were compared. */
class Paired {
  accounts = 0;
  private readonly pairs: FoundPair[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly known: { id: string; country: string }[] = [];

  add(a: Account, b: Account, score: number, rule: string): void {
    this.pairs.push({ a: this.numberOf(a), b: this.numberOf(b), score, common: rule });
  }

  clusters({ builtIn, blocks }: RuleSet): PairCluster[] {
    const about = (number: number): { id: string; country: string } => this.known[number] as { id: string; country: string };
    if (builtIn) return clustersOfPairs(judgedPairs(this.pairs, this.accounts), about);
    return exactClusters(this.pairs, blocks.some((block) => block.ignoreCountry) ? (number) => ({ ...about(number), country: '' }) : about);
  }

  private numberOf({ accountId, profile }: Account): number {
    const known = this.numbers.get(accountId);
    if (known !== undefined) return known;
    this.numbers.set(accountId, this.known.length);
    this.known.push({ id: accountId, country: profile.countryCode });
    return this.known.length - 1;
  }
}

/** The search of an account finds the account itself. */
function withoutItself(found: Found, { accountId, profile }: Account): Found {
  const less = (count: number, has: boolean): number => Math.max(0, count - (has ? 1 : 0));
  return { accounts: found.accounts.filter((one) => one.accountId !== accountId), namesakes: less(found.namesakes, true), onDomain: less(found.onDomain, profile.domain !== ''), same: less(found.same, true) };
}

/** CRM accounts that are the same company. Memory grows with the pairs that have anything to say, not with the accounts. */
export class FindDuplicates {
  constructor(
    private readonly index: AccountIndex,
    private readonly rules: Rules,
  ) {}

  async *run(index: IndexId): AsyncGenerator<Cluster> {
    const rules = await this.rules.current(index.workspaceId);
    const paired = new Paired();
    let words: WordRarity | undefined;
    for await (const page of this.index.accounts(index)) {
      const options = rules.builtIn ? { most: MOST_COMPARED + 1 } : { most: MOST_EXACT, exactOnly: true };
      const { found, rarity } = await this.index.find(index, page.map(({ profile }) => profile), options);
      words ??= rarity;
      paired.accounts += page.length;
      const pair = rules.builtIn ? byModel : byBlocks;
      for (const [at, account] of page.entries()) pair(account, withoutItself(found[at] as Found, account), words, rules, paired);
    }
    const clusters = paired.clusters(rules);
    for (let from = 0; from < clusters.length; from += CLUSTERS_AT_ONCE) yield* this.told(index, clusters.slice(from, from + CLUSTERS_AT_ONCE));
  }

  private async *told(index: IndexId, clusters: readonly PairCluster[]): AsyncGenerator<Cluster> {
    const accounts = await this.index.many(index, clusters.flatMap(({ keep, others }) => [keep, ...others.map(({ id }) => id)]));
    for (const { keep, others } of clusters) {
      const least = others.reduce((a, b) => (b.score < a.score ? b : a));
      const members = [{ id: keep, score: 1, common: least.common }, ...others].flatMap(({ id, score, common }) => {
        const account = accounts.get(id);
        return account ? [{ account, score, rule: common }] : [];
      });
      // One may have been deleted in the meantime.
      if (members.length > 1) yield { accounts: members, rule: least.common };
    }
  }
}

function byModel(account: Account, crm: Found, rarity: WordRarity, rules: RuleSet, paired: Paired): void {
  const { profile } = account;
  const { matchAt } = thresholdsOf(rules);
  for (const one of judgeFound(profile, worthComparing(crm.accounts), { crm, earlier: NOBODY, rarity })) {
    const other = one.account.profile;
    if (one.score < LEAST_SCORE || differentCountries(profile, other) || toldApartInBrackets(profile, other)) continue;
    paired.add(account, one.account, one.score, one.score >= matchAt ? ruleOf(one) : '');
  }
}

function byBlocks(account: Account, crm: Found, rarity: WordRarity, { blocks }: RuleSet, paired: Paired): void {
  const { profile } = account;
  const held = new Map(crm.accounts.flatMap((other) => {
    const comparison = new Comparison(profile, other.profile);
    const block = blocks.find((each) => comparison.holds(each));
    return block ? [[other, block.name] as const] : [];
  }));
  for (const { account: other, score } of judgeFound(profile, [...held.keys()], { crm, earlier: NOBODY, rarity })) paired.add(account, other, score, held.get(other) as string);
}
