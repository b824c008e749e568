import type { LocalDate } from '../domain/calendar.ts';
import type { Instant } from '../domain/local-time.ts';
import type { NightlySync, NightlySyncInForce } from '../domain/nightly-sync.ts';
import type { PlannedOccurrence, Standing } from '../domain/occurrences.ts';

/** A nightly sync as it is kept: chosen by the workspace, or the default in its zone. */
export interface StoredNightlySync extends NightlySyncInForce {
  workspaceId: string;
  chosen: boolean;
  /** The zone is a stand-in, because the workspace's own could not be asked for. */
  provisional: boolean;
}

/** A scheduled subject as it is kept, its row locked. */
export interface StoredSchedule extends Standing {
  workspaceId: string;
  subjectId: string;
  removed: boolean;
}

export interface Taken {
  schedule: StoredSchedule;
  occurrences: PlannedOccurrence[];
  nextDueAt?: Instant;
}

/** Everything that must happen together; the rows read here are locked until it ends. */
export interface SchedulerTransaction {
  /** Nobody changes the workspace's nightly sync meanwhile; `own` for the one who is about to. */
  nightlySync(workspaceId: string, lock: 'share' | 'own'): Promise<StoredNightlySync | undefined>;
  nightlySyncs(workspaceIds: readonly string[]): Promise<ReadonlyMap<string, StoredNightlySync>>;
  putNightlySync(sync: StoredNightlySync): Promise<void>;
  schedule(workspaceId: string, subjectId: string): Promise<StoredSchedule | undefined>;
  schedulesOf(workspaceId: string): Promise<StoredSchedule[]>;
  /** Up to `limit` that are due or were never planned, leaving those that another replica holds. */
  dueSchedules(now: Instant, limit: number): Promise<StoredSchedule[]>;
  /** Writes occurrences into the ledger, each (subject, local date) once, asks for the runs, and keeps the standing. */
  keep(taken: readonly Taken[], now: Instant): Promise<void>;
  finish(workspaceId: string, occurrenceId: string, end: OccurrenceEnd): Promise<void>;
}

export interface SchedulerStore {
  transaction<T>(work: (tx: SchedulerTransaction) => Promise<T>): Promise<T>;
  nightlySyncOf(workspaceId: string): Promise<StoredNightlySync | undefined>;
  /** Workspaces with a schedule but no nightly sync, or whose default zone was last asked for before `askedBefore`. */
  workspacesToAsk(askedBefore: { provisional: Instant; default: Instant }, limit: number): Promise<string[]>;
  noteAsked(workspaceId: string, at: Instant): Promise<void>;
  /** An empty `subjectId` means all of them. */
  listSchedules(workspaceId: string, query: { subjectId: string; after: string; limit: number }): Promise<ListedSchedule[]>;
  listOccurrences(workspaceId: string, query: { subjectId: string; before?: { dueAt: Instant; id: string }; limit: number }): Promise<ListedOccurrence[]>;
}

export interface ListedSchedule {
  subjectId: string;
  schedule: Standing['schedule'];
  nextDueAt?: Instant;
}

/** What came of an occurrence: a run, or none and why. */
export interface OccurrenceEnd {
  /** Empty when no run was made. */
  runId: string;
  reason: string;
}

export interface ListedOccurrence {
  id: string;
  subjectId: string;
  localDate: LocalDate;
  dueAt: Instant;
  requestedAt?: Instant;
  state: string;
  late: boolean;
  runId: string;
  reason: string;
}

/** The workspace's own time zone; rejects when it cannot be asked for. */
export interface WorkspaceZones {
  zoneOf(workspaceId: string): Promise<string>;
}

export type { NightlySync };
