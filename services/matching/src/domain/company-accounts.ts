import { Comparison } from './comparison.ts';
import { judgeFound, thresholdsOf, type Link } from './decide.ts';
import { NOBODY, worthComparing, type Found } from './found.ts';
import type { Profile } from './profile.ts';
import type { RuleSet } from './rules.ts';
import { foundWithout, type Said } from './said.ts';
import { differentCountries, isStrict, ruleOf, strictScore } from './verdict.ts';
import type { WordRarity } from './word-rarity.ts';

/** An account that a company is; rule and score as a decision would have them. */
export interface CompanyAccount {
  accountId: string;
  rule: string;
  score: number;
}

/** All that it depends on which accounts a company is. */
export interface AskedAbout {
  profile: Profile;
  crm: Found;
  rarity: WordRarity;
  /** The company's own, or that of the company that a person said it to be. */
  link: Link | undefined;
  said: Said | undefined;
}

/**
 * The accounts that a company is, in the order of ids: the linked one, and every one that the rules take for it, were it the only one.
 * So none where a person has to look. Tie-breakers do not matter: they choose one among these.
 */
export function accountsOf({ profile, crm, rarity, link, said }: AskedAbout, rules: RuleSet): CompanyAccount[] {
  const linked = link ? [{ accountId: link.accountId, rule: 'link', score: 1 }] : [];
  const near = foundWithout(crm, said);
  const nothingToCompare = profile.nameKey === '' && profile.domain === '';
  const held = nothingToCompare ? [] : rules.builtIn ? byModel(profile, near, rarity, rules) : byBlocks(profile, near, rarity, rules);
  return [...linked, ...held.filter((one) => one.accountId !== link?.accountId)].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

/** Judged beside each other, as for a decision: what else is near says how much an account's name says. */
function byModel(profile: Profile, crm: Found, rarity: WordRarity, rules: RuleSet): CompanyAccount[] {
  const { matchAt } = thresholdsOf(rules);
  return judgeFound(profile, worthComparing(crm.accounts), { crm, earlier: NOBODY, rarity }).flatMap((one) => {
    const { accountId, profile: other } = one.account;
    if (differentCountries(profile, other)) return [];
    if (isStrict(profile, other)) return [{ accountId, rule: 'strict', score: strictScore(one.score) }];
    return one.score >= matchAt ? [{ accountId, rule: ruleOf(one), score: one.score }] : [];
  });
}

/** By the first block that holds for each. */
function byBlocks(profile: Profile, crm: Found, rarity: WordRarity, { blocks }: RuleSet): CompanyAccount[] {
  const rules = new Map(crm.accounts.flatMap((account) => {
    const comparison = new Comparison(profile, account.profile);
    const block = blocks.find((each) => comparison.holds(each));
    return block ? [[account, block.name] as const] : [];
  }));
  return judgeFound(profile, [...rules.keys()], { crm, earlier: NOBODY, rarity }).map(({ account, score }) => ({ accountId: account.accountId, rule: rules.get(account) as string, score }));
}

export const sameAccounts = (a: readonly CompanyAccount[], b: readonly CompanyAccount[]): boolean => a.length === b.length && a.every((one, at) => one.accountId === b[at]?.accountId);
