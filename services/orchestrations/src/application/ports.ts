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
