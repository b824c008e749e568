import type { PlannedOccurrence } from '../domain/occurrences.ts';
import type { StoredSchedule } from './ports.ts';

/** The schedule once these occurrences are in its ledger. */
export function standingAfter(schedule: StoredSchedule, occurrences: readonly PlannedOccurrence[]): StoredSchedule {
  const last = occurrences.at(-1);
  return last ? { ...schedule, lastDate: last.localDate, lastDueAt: last.dueAt } : schedule;
}
