import type { Account, Neighbours } from './decision.ts';
import type { EarlierCandidates } from './earlier-candidates.ts';
import type { Profile } from './profile.ts';

/** Most companies that one key brings. A key with more is a shared domain or a chain: not all of them can be compared. */
export const MOST_PER_KEY = { domain: 200, host: 50, name: 500 } as const;

/** Accounts by the key that they share with a candidate; of a key with more than MOST_PER_KEY, one more than that. */
export interface FoundAccounts {
  byDomain: ReadonlyMap<string, readonly Account[]>;
  byHost: ReadonlyMap<string, readonly Account[]>;
  byName: ReadonlyMap<string, readonly Account[]>;
}

const NOBODY: readonly Account[] = [];
const eachOnce = (...lists: readonly (readonly Account[])[]): Account[] => {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length < 2) return [...(filled[0] ?? NOBODY)];
  return [...new Map(filled.flatMap((list) => list.map((account) => [account.accountId, account] as const))).values()];
};

/**
 * What a candidate is compared with. A key that is full, by accounts and earlier candidates together, leaves no candidate
 * 'new', so it gets no fuller by them.
 */
export function neighboursOf(profile: Profile, found: FoundAccounts, earlier?: EarlierCandidates): Neighbours {
  const onDomain = found.byDomain.get(profile.domain) ?? NOBODY;
  const ofName = found.byName.get(profile.nameKey) ?? NOBODY;
  const before = earlier?.near(profile) ?? { onDomain: NOBODY, ofName: NOBODY };
  return {
    accounts: eachOnce(onDomain, found.byHost.get(profile.host) ?? NOBODY, ofName),
    earlier: eachOnce(before.onDomain, before.ofName),
    complete: onDomain.length + before.onDomain.length <= MOST_PER_KEY.domain && ofName.length + before.ofName.length <= MOST_PER_KEY.name,
  };
}
