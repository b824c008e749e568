import { nearest, type Shared } from './nearest.ts';
import type { CompanyFacts, Profile } from './profile.ts';
import type { Standing } from './tie-breakers.ts';

/** An account of the CRM, as the index has it. */
export interface Account {
  accountId: string;
  facts: CompanyFacts;
  profile: Profile;
}

/** An account that shares keys with a candidate. */
export interface FoundAccount extends Account, Shared {
  /** It has the same name as written on the same domain. */
  same: boolean;
  /** It is no account yet, but an earlier candidate of the stream that came out new; `accountId` is the candidate's id. */
  earlier: boolean;
  /** What tie-breakers go by; looked up only where a workspace has some. */
  standing?: Standing;
}

/** What is found for one candidate. */
export interface Found {
  /** In any order. */
  accounts: readonly FoundAccount[];
  /** How many have the candidate's first name, are on its domain, and are the same as written; where there are very many, at least that. */
  namesakes: number;
  onDomain: number;
  same: number;
}

export const NOBODY: Found = { accounts: [], namesakes: 0, onDomain: 0, same: 0 };

export const together = (a: Found, b: Found): Found => ({
  accounts: [...a.accounts, ...b.accounts], namesakes: a.namesakes + b.namesakes, onDomain: a.onDomain + b.onDomain, same: a.same + b.same,
});

/** Those as written alike are compared even where everything nearer is something else; so many of them. */
const MOST_SAME = 4;

/** Those that are compared, in an order that does not depend on the order in which they came. */
export function worthComparing(accounts: readonly FoundAccount[]): FoundAccount[] {
  const near = nearest([...accounts]);
  const same = accounts.filter((one) => one.same && !near.includes(one));
  return same.length === 0 ? near : [...near, ...same.sort((a, b) => a.tie - b.tie).slice(0, MOST_SAME)];
}
