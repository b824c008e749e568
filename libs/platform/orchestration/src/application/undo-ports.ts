import type { types } from '@signalbox/contracts';
import type { Transaction } from '@signalbox/platform-postgres';
import type { PresentRecord, WrittenRecord } from '../domain/undo.ts';
import type { CrmPicture, RunRow, WriteAction, WriteTarget } from './ports.ts';

/** The CRM as it is now, of which plans are made that take a run back. The target says which of its objects. */
export interface CrmView {
  /** Brings our picture of the object up to date, and of what belongs to its records. `fields`: which fields of a record it holds. */
  refresh(workspaceId: string, target: WriteTarget, signal: AbortSignal): Promise<CrmPicture & { fields: readonly string[] }>;
  /** Fields that the CRM lets us write. */
  writable(workspaceId: string, target: WriteTarget): Promise<readonly string[]>;
  /** By id, at most 1,000; what the CRM never had is left out. `attached`: with what belongs to each. */
  records(workspaceId: string, target: WriteTarget, crmIds: readonly string[], attached: boolean): Promise<ReadonlyMap<string, PresentRecord>>;
}

/** What a run has written that may be taken back, and what has been. */
export interface UndoStore {
  /** How many records of the plan were written, by what was done to them. */
  writtenCounts(workspaceId: string, planId: string): Promise<Partial<Record<WriteAction, number>>>;
  /** Written records before a position, the last first, with the run that has taken each back already. */
  written(workspaceId: string, runId: string, planId: string, before: number, limit: number): Promise<WrittenRecord[]>;
  /** How many records the plan is to write, by action. */
  plannedCounts(workspaceId: string, planId: string): Promise<types.NamedCount[]>;
  /** How many records all runs together have taken back of it. */
  undoneCount(workspaceId: string, runId: string): Promise<number>;
  /** The newest run that takes it back, in whatever state. */
  newestOf(workspaceId: string, runId: string, tx?: Transaction): Promise<Pick<RunRow, 'id' | 'state'> | undefined>;
}
