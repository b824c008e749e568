import type { Transaction } from '@signalbox/platform-postgres';
import type { Progress } from '../domain/rules/crm-conditions.ts';

/** A connection of a workspace. */
export interface CrmKey {
  workspaceId: string;
  connectionId: string;
}

/** An opportunity after a change. */
export interface ChangedOpportunity {
  recordId: string;
  /** Empty, as is `progress`: it was deleted, or belongs to no account. */
  accountId: string;
  progress: Progress | '';
}

/** All accounts that a company is. */
export interface AccountsOfCompany {
  companyId: string;
  accountIds: readonly string[];
}

/**
 * What the CRMs' records say of companies. Everything may be told twice; a company whose facts change counts as changed where a
 * rule of the workspace goes by the connection.
 */
export interface CrmFacts {
  /** What is older than what is known changes nothing. */
  takeOpportunities(tx: Transaction, key: CrmKey, opportunities: readonly ChangedOpportunity[], sequence: number): Promise<void>;
  /** What is older than what is known of a company changes nothing. */
  takeAccounts(tx: Transaction, key: CrmKey, companies: readonly AccountsOfCompany[], sequence: number): Promise<void>;
  /** The connection was deleted: what is told of it later is from before. */
  remove(tx: Transaction, key: CrmKey): Promise<void>;
}

/** A connection that rules go by and that is not yet followed as far as they need. */
export interface DueFollow extends CrmKey {
  accounts: boolean;
  opportunities: boolean;
  attempts: number;
}

export interface Follows {
  /** Those whose time has come, the longest waiting first. */
  due(limit: number): Promise<DueFollow[]>;
  /** Runs `work` unless another process is at the same connection; gives whether it did. */
  alone(key: CrmKey, work: () => Promise<void>): Promise<boolean>;
  followed(key: CrmKey, what: 'accounts' | 'opportunities'): Promise<void>;
  failed(key: CrmKey, problem: string, waitMs: number): Promise<void>;
}

/** The services that know the CRM. */
export interface Crm {
  /** Which companies are accounts is told from now on, and what is known of it once more. */
  followAccounts(key: CrmKey, signal: AbortSignal): Promise<void>;
  /** Names of the objects that the connection's CRM has, and what the CRM is called. */
  objects(key: CrmKey, signal: AbortSignal): Promise<{ objects: readonly string[]; label: string }>;
  /** Pulls what changed, now and regularly from now on. */
  mirror(key: CrmKey, object: string, options: { tellAgain: boolean }, signal: AbortSignal): Promise<void>;
}
