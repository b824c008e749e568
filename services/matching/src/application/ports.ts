import type { Account, Candidate } from '../domain/decision.ts';
import type { Link } from '../domain/decide.ts';
import type { Found } from '../domain/found.ts';
import type { Profile } from '../domain/profile.ts';
import type { RuleChoice, RuleSet } from '../domain/rules.ts';
import type { CountedObject, Standing, TieBreaker } from '../domain/tie-breakers.ts';
import type { WordRarity } from '../domain/word-rarity.ts';

/** Whose index: one connection of one workspace. */
export interface IndexId {
  workspaceId: string;
  connectionId: string;
}

export interface FindOptions {
  /** By the same name and the same domain only, as a workspace's own blocks compare. */
  exactOnly?: boolean;
  /** Most accounts for each; by default as many as the model compares. */
  most?: number;
}

export interface FoundAll {
  /** In the order of the profiles. */
  found: Found[];
  /** How telling words are in this connection, at its last count. */
  rarity: WordRarity;
}

export interface AccountIndex {
  /**
   * One round trip however many profiles.
   * @throws Retryable `matching.index_renewing` while accounts are not yet in the index as this version needs them
   */
  find(index: IndexId, profiles: readonly Profile[], options?: FindOptions): Promise<FoundAll>;
  one(index: IndexId, accountId: string): Promise<Account | undefined>;
  /** Those of the ids that there are. */
  many(index: IndexId, accountIds: readonly string[]): Promise<Map<string, Account>>;
  /** Sequence of the last mirror change taken in, and how many accounts there are. */
  position(index: IndexId): Promise<{ sequence: number; accounts: number }>;
  /** Every account, page by page, in the order of CRM ids. */
  accounts(index: IndexId): AsyncIterable<Account[]>;
}

export interface Standings {
  /** What these tie-breakers go by, of these accounts. */
  of(index: IndexId, accountIds: readonly string[], tieBreakers: readonly TieBreaker[]): Promise<ReadonlyMap<string, Standing>>;
}

/** Records of the CRM that belong to accounts. */
export interface Relations {
  /** By object, how many records belong to each of these accounts; an object that has not been mirrored is left out. */
  countsOf(index: IndexId, accountIds: readonly string[], objects: readonly CountedObject[]): Promise<ReadonlyMap<CountedObject, ReadonlyMap<string, number>>>;
  /** Of the objects that can be counted, those that a connection of the workspace has mirrored. */
  mirrored(workspaceId: string): Promise<ReadonlySet<CountedObject>>;
  /** Sequence of the last mirror change of the object taken in, and how many of its records belong to an account. */
  position(index: IndexId, object: CountedObject): Promise<{ sequence: number; accounts: number }>;
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

export type { Account, Candidate };
