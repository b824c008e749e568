import type { crmWriter, orchestrations } from '@signalbox/contracts';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Draft, StoredOrchestration } from '../domain/orchestration.ts';

export interface OrchestrationStore {
  insert(tx: Transaction, workspaceId: string, id: string, draft: Draft): Promise<StoredOrchestration>;
  /** Locks it. */
  hold(tx: Transaction, workspaceId: string, id: string): Promise<StoredOrchestration | undefined>;
  update(tx: Transaction, workspaceId: string, id: string, draft: Draft): Promise<StoredOrchestration>;
  /** Its runs are kept. Gives when it was taken away. */
  remove(tx: Transaction, workspaceId: string, id: string): Promise<Date>;
  find(workspaceId: string, id: string): Promise<StoredOrchestration | undefined>;
  list(workspaceId: string, after: string, limit: number): Promise<{ rows: StoredOrchestration[]; total: number }>;
  /** Those of one kind that write to this connection, by name. */
  writingTo(workspaceId: string, connectionId: string, kind: string): Promise<StoredOrchestration[]>;
  /** By name. */
  usingProfile(tx: Transaction, workspaceId: string, profileId: string): Promise<StoredOrchestration[]>;
}

export interface ProfileStore {
  insert(workspaceId: string, id: string, profile: orchestrations.MappingProfile): Promise<orchestrations.MappingProfile>;
  /** Undefined when it is not there in `version` (0: whichever it has). */
  update(tx: Transaction, workspaceId: string, profile: orchestrations.MappingProfile): Promise<orchestrations.MappingProfile | undefined>;
  find(workspaceId: string, id: string): Promise<orchestrations.MappingProfile | undefined>;
  remove(tx: Transaction, workspaceId: string, id: string): Promise<void>;
  /** Of one connection, or of all when it is empty. */
  list(workspaceId: string, connectionId: string, after: string, limit: number): Promise<{ rows: orchestrations.MappingProfile[]; total: number }>;
}

/** What a workspace has licensed. */
export interface Entitlements {
  licensed(workspaceId: string): Promise<ReadonlySet<string>>;
}

/** What the CRM says about itself. */
export interface Crm {
  /** Undefined when there is no such connection. */
  connection(workspaceId: string, id: string): Promise<crmWriter.Connection | undefined>;
  describe(workspaceId: string, connectionId: string, object: string): Promise<crmWriter.CrmField[]>;
}

/** Tells the scheduler of schedules. */
export interface ScheduleAnnouncer {
  changed(tx: Transaction, event: orchestrations.ScheduleChanged): Promise<void>;
}

/** One field of the accounts of one connection. */
export interface WrittenField {
  workspaceId: string;
  connectionId: string;
  field: string;
}

/** Names that we have written to one account. */
/** Names of ours on one account. */
export interface OwnNames {
  names: string[];
  /** What stood between names when they were written; empty where that was not kept: as the mapping has it. */
  separator: string;
}

export interface WrittenNamesRow extends OwnNames {
  crmId: string;
}

/** Which segment names we have written, by account (PSN-5). Accounts without any are left out. */
export interface WrittenNames {
  /** By the store's clock, which all replicas share. */
  now(): Promise<Date>;
  /** In the order of the bytes of ids, in batches. */
  all(at: WrittenField): AsyncIterable<readonly WrittenNamesRow[]>;
  /** Locks those of these accounts. */
  hold(tx: Transaction, at: WrittenField, crmIds: readonly string[]): Promise<Map<string, OwnNames>>;
  put(tx: Transaction, at: WrittenField, written: ReadonlyMap<string, OwnNames>): Promise<void>;
  /** Names that somebody has taken out of the CRM: they are no longer ours. Accounts that were written at `asOf` or later are left as they are. */
  forget(at: WrittenField, gone: ReadonlyMap<string, readonly string[]>, asOf: Date): Promise<void>;
  /** The connection is gone, and with it everything that was written through it. */
  forgetConnection(tx: Transaction, workspaceId: string, connectionId: string): Promise<void>;
}
