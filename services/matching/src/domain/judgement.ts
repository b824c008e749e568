import { FEATURES, addRivals, features, plausible, type Surroundings } from './features.ts';
import { probability, type MatchModel } from './match-model.ts';
import { numbersApart } from './numbers-apart.ts';
import { prepare } from './prepared.ts';
import type { Profile } from './profile.ts';

/** An account as it is compared. */
export interface Account {
  accountId: string;
  profile: Profile;
}

export interface Compared {
  account: Account;
  /** 0 to 1. */
  score: number;
  features: Float32Array;
}

/** What is known besides the accounts themselves. */
export interface JudgementContext extends Surroundings {
  /** 0 (everywhere) to about 8.5 (hardly anywhere): see WordRarity. */
  rarity(word: string): number;
}

const byScore = (a: Compared, b: Compared): number => b.score - a.score || (a.account.accountId < b.account.accountId ? -1 : a.account.accountId > b.account.accountId ? 1 : 0);

/** What there is to say of the candidate and each account, in the accounts' order. */
export function compareAll(candidate: Profile, accounts: readonly Account[], context: JudgementContext): Float32Array[] {
  const rarity = (word: string): number => context.rarity(word);
  const c = prepare(candidate, rarity);
  const prepared = accounts.map((account) => prepare(account.profile, rarity));
  const rows = prepared.map((account) => {
    const row = new Float32Array(FEATURES.length);
    features(c, account, context, row);
    return row;
  });
  addRivals(prepared, rows);
  return rows;
}

/** The accounts with the probability that each is the candidate's company, likeliest first. The order in which they come changes nothing. */
export function judge(candidate: Profile, accounts: readonly Account[], context: JudgementContext, model: MatchModel): Compared[] {
  const rows = compareAll(candidate, accounts, context);
  return accounts.map((account, i) => {
    const row = rows[i] as Float32Array;
    return { account, features: row, score: plausible(row) && !numbersApart(candidate, account.profile) ? probability(model.logOdds(row)) : 0 };
  }).sort(byScore);
}
