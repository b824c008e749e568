import { Comparison } from './comparison.ts';
import type { Account } from './decision.ts';
import { scoreOf, waterfall } from './evidence.ts';
import type { RuleSet } from './rules.ts';
import { SiteCrowd } from './site-crowd.ts';

export interface Cluster {
  /** At least two, the smallest CRM id first; `score` is the likeness to the first. */
  accounts: { account: Account; score: number }[];
  /** Name of the loosest block that holds the cluster together. */
  rule: string;
}

interface Pair {
  a: Account;
  b: Account;
  block: number;
  score: number;
}

type Rules = Pick<RuleSet, 'blocks' | 'builtIn'>;

/** Groups larger than this are no company's: only strict neighbours in them are compared. */
const LARGEST_GROUP = 300;

const compareIds = (a: Account, b: Account): number => (a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0);

function groupsOf(accounts: readonly Account[], key: (account: Account) => string): Account[][] {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    const k = key(account);
    if (k === '') continue;
    const group = groups.get(k);
    if (group) group.push(account);
    else groups.set(k, [account]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** In a large group only accounts that share name and domain can be told to be the same at a fair price. */
const split = (group: Account[]): Account[][] => (group.length <= LARGEST_GROUP ? [group] : groupsOf(group, ({ profile: p }) => `${p.nameKey}|${p.domain}`));

function pairsOf(accounts: readonly Account[], { blocks, builtIn }: Rules): Pair[] {
  const byDomain = groupsOf(accounts, (a) => a.profile.domain);
  const crowd = new SiteCrowd(builtIn ? accounts : []);
  const pairs = new Map<string, Pair>();
  const compare = (a: Account, b: Account): void => {
    const id = `${a.accountId}\n${b.accountId}`;
    if (pairs.has(id)) return;
    const comparison = new Comparison(a.profile, b.profile, crowd.between(a.profile, b.profile));
    const block = blocks.findIndex((one) => comparison.holds(one));
    if (block >= 0) pairs.set(id, { a, b, block, score: scoreOf(waterfall(comparison, a.facts, b.facts)) });
  };
  for (const group of [...byDomain, ...groupsOf(accounts, (a) => a.profile.nameKey)].flatMap(split)) {
    for (let i = 0; i < group.length; i += 1) for (let j = i + 1; j < group.length; j += 1) compare(group[i] as Account, group[j] as Account);
  }
  return [...pairs.values()].sort((x, y) => x.block - y.block || y.score - x.score || compareIds(x.a, y.a) || compareIds(x.b, y.b));
}

interface Growing {
  members: Account[];
  countries: Set<string>;
  block: number;
}

/**
 * Clusters of accounts that are the same company under `rules`, each in the order of CRM ids. Strong pairs join first. An
 * account whose country is not known may be the same as a Canadian and an American one, but those two stay apart.
 */
export function clustersOf(accounts: readonly Account[], rules: Rules): Cluster[] {
  const { blocks } = rules;
  const sorted = [...accounts].sort(compareIds);
  const clusterOf = new Map<Account, Growing>();
  const clusterFor = (account: Account): Growing => {
    const known = clusterOf.get(account);
    if (known) return known;
    const fresh = { members: [account], countries: new Set(account.profile.countryCode === '' ? [] : [account.profile.countryCode]), block: -1 };
    clusterOf.set(account, fresh);
    return fresh;
  };
  for (const { a, b, block } of pairsOf(sorted, rules)) {
    const [left, right] = [clusterFor(a), clusterFor(b)];
    if (left === right) continue;
    const countries = new Set([...left.countries, ...right.countries]);
    if (!blocks[block]?.ignoreCountry && countries.size > Math.max(1, left.countries.size, right.countries.size)) continue;
    const joined = { members: [...left.members, ...right.members], countries, block: Math.max(block, left.block, right.block) };
    for (const member of joined.members) clusterOf.set(member, joined);
  }
  const clusters = [...new Set(clusterOf.values())].filter((c) => c.members.length > 1);
  return clusters.map((c) => finished(c, rules)).sort((x, y) => compareIds(x.accounts[0]?.account as Account, y.accounts[0]?.account as Account));
}

function finished(cluster: Growing, { blocks }: Rules): Cluster {
  const members = [...cluster.members].sort(compareIds);
  const first = members[0] as Account;
  const scoreTo = (account: Account): number => scoreOf(waterfall(new Comparison(first.profile, account.profile, 0), first.facts, account.facts));
  return { accounts: members.map((account) => ({ account, score: account === first ? 1 : scoreTo(account) })), rule: blocks[cluster.block]?.name ?? '' };
}
