import type { Account, Candidate } from '../domain/decision.ts';
import type { Link } from '../domain/decide.ts';
import type { FoundAccounts } from '../domain/neighbours.ts';
import type { Profile } from '../domain/profile.ts';
import type { RuleChoice, RuleSet } from '../domain/rules.ts';

/** Whose index: one connection of one workspace. */
export interface IndexId {
  workspaceId: string;
  connectionId: string;
}

export interface AccountIndex {
  /** One round trip however many keys. */
  find(index: IndexId, profiles: readonly Profile[]): Promise<FoundAccounts>;
  one(index: IndexId, accountId: string): Promise<Account | undefined>;
  /** Sequence of the last mirror change taken in, and how many accounts there are. */
  position(index: IndexId): Promise<{ sequence: number; accounts: number }>;
  /** Every account that shares its domain or its normalised name with another, in the order of CRM ids. */
  accountsWithCompany(index: IndexId): AsyncIterable<Account>;
}

export interface StoredLink extends Link {
  companyId: string;
  connectionId: string;
  linkedAt: Date;
}

export interface Links {
  /** Links of these companies, but for those to an account that the CRM has deleted. */
  standing(index: IndexId, companyIds: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  list(index: IndexId, query: { companyIds: readonly string[]; after: string; limit: number }): Promise<StoredLink[]>;
}

export interface StoredRules extends RuleSet {
  changedAt?: Date;
}

export interface Rules {
  current(workspaceId: string): Promise<StoredRules>;
  /** Adds the next version, unless the newest is the same already. `check` sees the version in force, and throws to refuse. */
  put(workspaceId: string, choice: RuleChoice, check: (presentVersion: number) => void): Promise<StoredRules>;
}

export type { Account, Candidate, FoundAccounts };
