import type { Instant } from '../domain/local-time.ts';
import type { NightlySync } from '../domain/nightly-sync.ts';
import { settle, takenAway } from '../domain/occurrences.ts';
import type { SchedulerTransaction, StoredNightlySync, StoredSchedule, Taken } from './ports.ts';
import { standingAfter } from './standing.ts';

export interface NightlySyncChange extends NightlySync {
  workspaceId: string;
  /** By a person; a default never replaces it. */
  chosen: boolean;
  provisional: boolean;
}

/** The first nightly sync has no past to settle: each schedule counts from when it was switched on. */
const FROM_THE_BEGINNING: Instant = 0;

function moved(schedule: StoredSchedule, before: StoredNightlySync | undefined, after: StoredNightlySync, now: Instant): Taken {
  const occurrences = before ? settle(schedule, before, now).occurrences : [];
  if (before) occurrences.push(...takenAway(standingAfter(schedule, occurrences), before, after, now));
  const rest = settle(standingAfter(schedule, occurrences), after, now);
  return { schedule, occurrences: [...occurrences, ...rest.occurrences], nextDueAt: rest.nextDueAt };
}

/** Settles every schedule of the workspace under the old nightly sync, then puts the new one in force (ORC-2). */
export async function changeNightlySync(tx: SchedulerTransaction, change: NightlySyncChange, now: Instant): Promise<StoredNightlySync> {
  const before = await tx.nightlySync(change.workspaceId, 'own');
  if (before?.chosen && !change.chosen) return before;
  const same = before?.timeOfDay === change.timeOfDay && before.timeZone === change.timeZone;
  const after: StoredNightlySync = { ...change, changedAt: before ? (same ? before.changedAt : now) : FROM_THE_BEGINNING };
  await tx.putNightlySync(after);
  if (same) return after;
  const schedules = await tx.schedulesOf(change.workspaceId);
  await tx.keep(schedules.map((schedule) => moved(schedule, before, after, now)), now);
  return after;
}
