import type { CompanyAccount } from '../domain/company-accounts.ts';
import type { CompanyFacts } from '../domain/profile.ts';
import type { IndexId } from './ports.ts';

export interface KnownCompany extends CompanyFacts {
  id: string;
  /** Grows with every change of its facts. */
  version: number;
}

/** A company that waits to be decided about. */
export interface AskedCompany {
  id: string;
  /** What is asked; asked again meanwhile, it is another number. */
  latest: number;
  /** Undefined: nobody has told of it yet. */
  company?: KnownCompany;
}

/** How far the kept accounts are. */
export interface AccountsPosition {
  mirrorSequence: number;
  companiesVersion: number;
  waiting: number;
  companies: number;
}

/** One process's turn at one connection; what another has taken over meanwhile is refused. */
export interface Turn {
  index: IndexId;
  turn: number;
  rulesVersion: number;
  /** All companies above this id are to be decided about; undefined when none are. */
  sweepAfter: string | undefined;
}

/** Everything up to here had been asked when a turn began. */
export interface TurnMark {
  mirrorSequence: number;
  companiesVersion: number;
  /** The last change of an account; 0 for none. */
  change: number;
}

export interface DecidedCompany {
  company: KnownCompany;
  accounts: readonly CompanyAccount[];
  keys: readonly number[];
}

export interface DecidedBatch {
  decided: readonly DecidedCompany[];
  /** What was asked, and is answered with this. */
  answered: readonly Pick<AskedCompany, 'id' | 'latest'>[];
  /** How far all companies are decided about; `end`: these were the last. Left out where the batch is no part of a sweep. */
  swept?: { through: string; end: boolean };
}

/** The accounts that companies are, and who waits to be decided about. */
export interface KeptAccounts {
  /** Connections where something waits. */
  waiting(): Promise<IndexId[]>;
  /** Runs `work` unless another process is at this connection. */
  alone(index: IndexId, work: () => Promise<void>): Promise<void>;
  /** Undefined while the index of the connection is not to be searched: accounts wait for their keys, or their words to be counted. */
  begin(index: IndexId): Promise<Turn | undefined>;
  mark(index: IndexId): Promise<TurnMark>;
  /** Asks about the companies that the next changed accounts may concern; true when none of those up to the mark are left. @throws Conflict `matching.turn_over` */
  spread(turn: Turn, mark: TurnMark): Promise<boolean>;
  /** The last of those that wait, but for those that can wait longer. */
  lastAsked(index: IndexId): Promise<number>;
  /** The next that wait, up to the one given, or any; undefined as `begin`. */
  asked(index: IndexId, through: number | undefined, limit: number): Promise<AskedCompany[] | undefined>;
  /** Companies above an id; undefined as `begin`. */
  companiesAfter(index: IndexId, after: string, limit: number): Promise<KnownCompany[] | undefined>;
  /** In one transaction: the pairs that changed, what is told of them, and the end of what was asked. @throws Conflict `matching.turn_over` */
  write(turn: Turn, batch: DecidedBatch): Promise<void>;
  /** Everything up to the mark has been decided. */
  reached(turn: Turn, mark: TurnMark): Promise<void>;
}

/** Pairs that are told once more, for who has missed what was told before. */
export interface PairsAgain {
  ask(index: IndexId): Promise<void>;
  /** Connections of which not all has been told again. */
  waiting(): Promise<IndexId[]>;
  /** Tells the next page. */
  turn(index: IndexId): Promise<void>;
}

/** What others ask. */
export interface FollowedAccounts {
  follow(index: IndexId): Promise<AccountsPosition>;
  /** Every pair, page by page, in the order of account and company. */
  stream(index: IndexId): AsyncIterable<(CompanyAccount & { companyId: string })[]>;
}
