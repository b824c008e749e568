import type { ListedOccurrence, StoredNightlySync, StoredSchedule } from '../../application/ports.ts';
import type { Schedule } from '../../domain/occurrences.ts';

export interface ScheduleRow {
  workspace_id: string;
  subject_id: string;
  mode: Schedule['mode'];
  weekday: number;
  since: Date;
  removed: boolean;
  last_date: string | null;
  last_due_at: Date | null;
  next_due_at: Date | null;
}

export interface SyncRow {
  workspace_id: string;
  time_of_day: string;
  time_zone: string;
  changed_at: Date;
  chosen: boolean;
  provisional: boolean;
}

export interface OccurrenceRow {
  id: string;
  subject_id: string;
  local_date: string;
  due_at: Date;
  requested_at: Date | null;
  state: string;
  late: boolean;
  run_id: string;
  reason: string;
}

export const SCHEDULE_COLUMNS = 'workspace_id, subject_id, mode, weekday, since, removed, last_date, last_due_at, next_due_at';
export const SYNC_COLUMNS = 'workspace_id, time_of_day, time_zone, changed_at, chosen, provisional';

export const toSchedule = (row: ScheduleRow): StoredSchedule => ({
  workspaceId: row.workspace_id, subjectId: row.subject_id, schedule: { mode: row.mode, weekday: row.weekday }, since: row.since.getTime(), removed: row.removed,
  lastDate: row.last_date ?? undefined, lastDueAt: row.last_due_at?.getTime(),
});

export const toSync = (row: SyncRow): StoredNightlySync => ({
  workspaceId: row.workspace_id, timeOfDay: row.time_of_day, timeZone: row.time_zone, changedAt: row.changed_at.getTime(), chosen: row.chosen, provisional: row.provisional,
});

export const toOccurrence = (row: OccurrenceRow): ListedOccurrence => ({
  id: row.id, subjectId: row.subject_id, localDate: row.local_date, dueAt: row.due_at.getTime(), requestedAt: row.requested_at?.getTime(), state: row.state, late: row.late, runId: row.run_id, reason: row.reason,
});
