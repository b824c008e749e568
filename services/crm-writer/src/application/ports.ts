import type { ApiUsage, ConnectionLimits, ConnectorSession, PulledPage, RemoteRecord } from '@signalbox/connectors-sdk';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Answer, BudgetStanding, Question } from '../domain/call-budget.ts';
import type { Change, ChangeBatch, ChangeOutcome, FieldValue, OpenIntent, SettledChange } from '../domain/changes.ts';
import type { Check, Connection, Secrets } from '../domain/connection.ts';
import type { ChangedRecord, MirrorKey, MirrorPosition, MirrorStatus, OwnWrite, PullCounts, RecordValue, StandingRecord } from '../domain/mirror.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string;
}

export interface PageQuery {
  limit: number;
  cursor: string;
}

export interface ConnectionStore {
  add(connection: Connection, secrets: Secrets): Promise<void>;
  /** Stores what a person may change, secrets only when given, in place of `connection.version`; false when that is not the present one. */
  change(connection: Connection, secrets: Secrets | undefined): Promise<boolean>;
  /** With its mirror; the ledger stays. */
  remove(workspaceId: string, id: string): Promise<void>;
  find(workspaceId: string, id: string): Promise<Connection | undefined>;
  list(workspaceId: string, page: PageQuery): Promise<Page<Connection>>;
  secretsOf(workspaceId: string, id: string): Promise<Secrets>;
  noteCheck(workspaceId: string, id: string, check: Check, now: Date): Promise<void>;
  noteUsage(workspaceId: string, id: string, usage: ApiUsage): Promise<void>;
}

/** With the time by the clock that all replicas share, in milliseconds since the epoch. */
export type BudgetAnswer = Answer & { now: number };

/** What all replicas together may call, connection by connection. */
export interface CallBudgets {
  ask(connection: Pick<Connection, 'workspaceId' | 'id'>, limits: ConnectionLimits, question: Question): Promise<BudgetAnswer>;
  /** How things stand, by connection id; of connections of one workspace. */
  standings(connections: readonly { connection: Connection; limits: ConnectionLimits }[]): Promise<Map<string, BudgetStanding>>;
}

export interface Sessions {
  /** The session of a connection, kept until the connection changes. */
  open(connection: Connection): Promise<ConnectorSession>;
  /** A session for settings that are not stored yet. */
  trial(connection: Connection, secrets: Secrets): ConnectorSession;
  forget(connection: Pick<Connection, 'workspaceId' | 'id'>): void;
}

export interface TakenIn extends PullCounts {
  sequence: number;
}

export interface Mirror {
  position(key: MirrorKey): Promise<MirrorPosition | undefined>;
  status(key: MirrorKey): Promise<MirrorStatus>;
  /** `restart`: everything is read again. */
  begin(key: MirrorKey, fields: readonly string[], restart: boolean): Promise<void>;
  /** These are kept with the next pull, too. */
  keepFields(key: MirrorKey, fields: readonly string[]): Promise<void>;
  /** Announces every record of which less has been told, or that was forgotten to be told; goes on where it broke off. */
  tellAgain(key: MirrorKey): Promise<void>;
  /** Everything of it is to be announced once more by the next `tellAgain`. */
  forgetTold(key: MirrorKey): Promise<void>;
  /** A page of a pull: what is new in it is stored, numbered and announced, and the position moves, all or nothing. */
  takePage(key: MirrorKey, page: PulledPage): Promise<TakenIn>;
  /** After the last page: of a pull that has read everything, what it did not meet is removed and announced. Gives how many those were. */
  sweep(key: MirrorKey, now: Date): Promise<number>;
  /** News of a look at the moment of writing; moves only that look's own position. */
  takeNews(key: MirrorKey, records: readonly RemoteRecord[], recheckPosition: string): Promise<TakenIn>;
  /** The same for a look that leaves nothing out, not even what carries our own key. */
  takeChecked(key: MirrorKey, records: readonly RemoteRecord[], checkPosition: string): Promise<TakenIn>;
  /** These records as they stand, by CRM id. */
  standing(key: MirrorKey, crmIds: readonly string[]): Promise<Map<string, StandingRecord>>;
  finish(key: MirrorKey, counts: PullCounts, apiCalls: Record<string, number>, now: Date): Promise<void>;
  fail(key: MirrorKey, message: string): Promise<void>;
  /** Sequence of the newest change by others after `sequence`; undefined when there is none. */
  newsAfter(key: MirrorKey, sequence: number): Promise<number | undefined>;
  /** Values of records as the mirror has them, by CRM id. */
  valuesOf(key: MirrorKey, crmIds: readonly string[]): Promise<Map<string, Record<string, string>>>;
  /** Of these ids only, when any are named. */
  list(key: MirrorKey, crmIds: readonly string[], page: PageQuery): Promise<Page<ChangedRecord>>;
  /** Live records, by the bytes of their ids, each with one field; `created` names the field that says when it was made. In batches of up to 1,000. */
  values(key: MirrorKey, field: string, created: string | undefined): AsyncIterable<RecordValue[]>;
  /** Of the live records, how many were made at each of these times or later. */
  createdSince(key: MirrorKey, created: string, since: readonly Date[]): Promise<number[]>;
  /** Runs `work` while no other pull of this mirror runs anywhere. */
  exclusively<T>(key: MirrorKey, work: () => Promise<T>): Promise<T>;
}

/** A record that belongs to an account. */
export interface AccountRecord {
  accountId: string;
  object: string;
  crmId: string;
  name: string;
}

/** Mirrored records that belong to accounts. */
export interface AccountRecords {
  /** Of these objects, those that have been pulled. */
  objects(connection: Connection, objects: readonly string[]): Promise<string[]>;
  /** Records of the object whose field names one of the accounts, at most `most` of each. */
  of(connection: Connection, object: string, field: string, accountIds: readonly string[], most: number): Promise<AccountRecord[]>;
}

export interface BegunBatch {
  /** Settled before: reported again as they are. */
  settled: SettledChange[];
  /** Begun before, outcome not known. */
  open: OpenIntent[];
  /** To be written, with what they were before. */
  fresh: Change[];
  /** Companies that an earlier change created a record for which the CRM still has, by company id. */
  createdBefore: Map<string, string>;
  /** Its run was cancelled: what is not in the CRM yet is not written any more. */
  cancelled: boolean;
}

export interface Ledger {
  /** Notes the intents, each once however often the batch comes. */
  begin(batch: ChangeBatch, beforeImages: Map<string, Record<string, string>>): Promise<BegunBatch>;
  /** Of the batch: begun before, outcome not known. Changes nothing. */
  openOf(batch: ChangeBatch): Promise<OpenIntent[]>;
  /** Notes outcomes, and what the writes did to the mirror, all or nothing. */
  record(batch: ChangeBatch, outcomes: readonly ChangeOutcome[], writes: readonly OwnWrite[]): Promise<void>;
  /** The two halves of `record`, for who has a transaction. The mirror comes last in it: all batches of a connection queue for it. */
  settle(tx: Transaction, batch: ChangeBatch, outcomes: readonly ChangeOutcome[]): Promise<void>;
  mirrorOwn(tx: Transaction, batch: ChangeBatch, writes: readonly OwnWrite[]): Promise<void>;
  /** These were certainly not sent: next time they need not be asked about. The calls that were made count all the same. */
  release(batch: ChangeBatch, changeIds: readonly string[], calls: Record<string, number>): Promise<void>;
  /** These are sent again now. */
  reattempt(batch: ChangeBatch, changeIds: readonly string[]): Promise<void>;
  /** Of these records, those that another change than these has written. */
  claimed(batch: ChangeBatch, crmIds: readonly string[], changeIds: readonly string[]): Promise<Set<string>>;
  settledOf(tx: Transaction, batch: ChangeBatch): Promise<SettledChange[]>;
  addCalls(tx: Transaction, batch: ChangeBatch, calls: Record<string, number>): Promise<void>;
  /** API calls of all attempts at the batch, by operation. */
  callsOf(tx: Transaction, batch: ChangeBatch): Promise<Record<string, number>>;
}

/** One line of the ledger, for people. */
export interface LedgerLine extends ChangeOutcomeLine {
  companyId: string;
  /** As the mirror has it now. */
  name: string;
  runId: string;
  connectionId: string;
  object: string;
  operation: string;
  changes: FieldValue[];
  intendedAt: Date;
  settledAt: Date | null;
  contactId: string;
}

export interface ChangeOutcomeLine {
  changeId: string;
  /** "intended", or the outcome. */
  state: string;
  crmId: string;
  code: string;
  message: string;
}

/** Empty, or left out: of all. */
export interface LedgerFilter {
  connectionId: string;
  runId: string;
  crmId: string;
  /** "intended", or the outcome. */
  state: string;
  /** A record's id, or part of its name. */
  search: string;
  since?: Date;
  until?: Date;
}

export interface LedgerReader {
  list(workspaceId: string, filter: LedgerFilter, page: PageQuery): Promise<Page<LedgerLine>>;
}

export interface Matching {
  /** Rejects with Retryable when the index has not come so far in time. */
  waitFor(workspaceId: string, connectionId: string, sequence: number): Promise<void>;
  /** CRM ids of the companies that the CRM holds, by change id. */
  find(workspaceId: string, connectionId: string, changes: readonly Change[]): Promise<Map<string, { crmId: string; reason: string }>>;
}

export interface Announcer {
  batchCompleted(tx: Transaction, batch: ChangeBatch, results: readonly SettledChange[], calls: Record<string, number>): Promise<void>;
}
