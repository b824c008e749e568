import type { Instant } from '../domain/local-time.ts';
import { settle, type PlannedOccurrence, type Schedule } from '../domain/occurrences.ts';
import type { SchedulerTransaction, StoredNightlySync, StoredSchedule } from './ports.ts';
import { standingAfter } from './standing.ts';

export interface ScheduleChange {
  workspaceId: string;
  subjectId: string;
  schedule: Schedule;
  removed: boolean;
  changedAt: Instant;
}

/**
 * What was due before the change and not yet settled: with a schedule that goes on it is settled as ever; one that became manual
 * starts nothing any more (ORC-6), and the ledger says missed.
 */
function settledBefore(known: StoredSchedule, sync: StoredNightlySync, change: ScheduleChange): PlannedOccurrence[] {
  const { occurrences } = settle(known, sync, change.changedAt);
  return change.schedule.mode === 'manual' ? occurrences.map((one) => ({ ...one, state: 'missed', late: false })) : occurrences;
}

/** Takes a change of a schedule in; one that is older than what is known changes nothing. */
export async function changeSchedule(tx: SchedulerTransaction, change: ScheduleChange, now: Instant): Promise<void> {
  const sync = await tx.nightlySync(change.workspaceId, 'share');
  const known = await tx.schedule(change.workspaceId, change.subjectId);
  if (known && known.since > change.changedAt) return;
  const occurrences = known && sync ? settledBefore(known, sync, change) : [];
  const schedule: StoredSchedule = {
    ...standingAfter(known ?? { workspaceId: change.workspaceId, subjectId: change.subjectId, schedule: change.schedule, removed: false, since: 0 }, occurrences),
    schedule: change.schedule, removed: change.removed, since: change.changedAt,
  };
  // Without a nightly sync it is planned once the workspace's zone is known.
  const nextDueAt = sync ? settle(schedule, sync, change.changedAt).nextDueAt : undefined;
  await tx.keep([{ schedule, occurrences, nextDueAt }], now);
}
