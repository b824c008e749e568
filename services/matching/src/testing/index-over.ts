import { EarlierCandidates } from '../domain/earlier-candidates.ts';
import type { Account, Found } from '../domain/found.ts';
import type { Profile } from '../domain/profile.ts';

/** Finds among these accounts as the index does. */
export function indexOver(accounts: readonly Account[]): (profile: Profile, exactOnly?: boolean) => Found {
  const table = new EarlierCandidates();
  for (const { accountId, facts: { name, website, country }, profile } of accounts) table.add({ id: accountId, name, website, country }, profile);
  return (profile, exactOnly = false) => {
    const found = table.near(profile, exactOnly);
    return { ...found, accounts: found.accounts.map((one) => ({ accountId: one.accountId, facts: one.facts, profile: one.profile, weight: one.weight, tie: one.tie, same: one.same, earlier: false })) };
  };
}
