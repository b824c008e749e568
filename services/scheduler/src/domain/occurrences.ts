import { addDays, weekdayOf, type LocalDate } from './calendar.ts';
import { dayExists, instantOf, localDateOf, type Instant } from './local-time.ts';
import type { NightlySync, NightlySyncInForce } from './nightly-sync.ts';

/** A subject's schedule. A weekly one has the weekday, 1 = Monday … 7 = Sunday; a daily one has none. */
export interface Schedule {
  mode: 'manual' | 'daily' | 'weekly';
  weekday: number;
}

/** Where a schedule stands. */
export interface Standing {
  schedule: Schedule;
  /** When it was switched on or last changed: only what falls due later counts, for saving never runs anything (ORC-3). */
  since: Instant;
  /** The newest day that the ledger has; days before it are closed for ever. */
  lastDate?: LocalDate;
  /** When the newest occurrence of the ledger was due. */
  lastDueAt?: Instant;
}

export interface PlannedOccurrence {
  localDate: LocalDate;
  dueAt: Instant;
  state: 'requested' | 'missed';
  /** Requested more than LATE_AFTER_MS after it was due. */
  late: boolean;
}

export interface Settlement {
  occurrences: PlannedOccurrence[];
  /** Undefined for a manual schedule. */
  nextDueAt?: Instant;
}

export const LATE_AFTER_MS = 5 * 60_000;
/** An occurrence just before midnight may still be requested just after it. */
export const CATCH_UP_MS = 60 * 60_000;
/** A weekly one, whose day a zone left out, is at most 14 days off. */
const FARTHEST_DAYS = 15;

function isRunDay({ mode, weekday }: Schedule, zone: string, date: LocalDate): boolean {
  if (mode === 'manual' || (mode === 'weekly' && weekdayOf(date) !== weekday)) return false;
  return dayExists(zone, date);
}

const later = (a: LocalDate, b: LocalDate | undefined): LocalDate => (b !== undefined && b > a ? b : a);

const dueOn = (sync: NightlySync, date: LocalDate): Instant => instantOf(sync.timeZone, date, sync.timeOfDay);

/** The first day that may still be open. */
function firstOpenDay(standing: Standing, sync: NightlySyncInForce): LocalDate {
  const floor = Math.max(standing.since, sync.changedAt);
  const fromFloor = addDays(localDateOf(sync.timeZone, floor), -1);
  return standing.lastDate === undefined ? fromFloor : later(fromFloor, addDays(standing.lastDate, 1));
}

/**
 * What fell due up to `now` and is not in the ledger yet, oldest first, and when the next one is due. The occurrence of the current
 * local day (or one that is hardly over) is requested, however late; older ones are written down as missed.
 * Invariant: local dates only ever grow, so a local day is never done twice, whatever is changed.
 */
export function settle(standing: Standing, sync: NightlySyncInForce, now: Instant): Settlement {
  if (standing.schedule.mode === 'manual') return { occurrences: [] };
  const floor = Math.max(standing.since, sync.changedAt);
  const today = localDateOf(sync.timeZone, now);
  const occurrences: PlannedOccurrence[] = [];
  const last = addDays(later(today, standing.lastDate), FARTHEST_DAYS);
  for (let date = firstOpenDay(standing, sync); date <= last; date = addDays(date, 1)) {
    if (!isRunDay(standing.schedule, sync.timeZone, date)) continue;
    const dueAt = dueOn(sync, date);
    if (dueAt <= floor) continue;
    if (dueAt > now) return { occurrences, nextDueAt: dueAt };
    const requested = date >= today || now - dueAt <= CATCH_UP_MS;
    occurrences.push({ localDate: date, dueAt, state: requested ? 'requested' : 'missed', late: requested && now - dueAt > LATE_AFTER_MS });
  }
  return { occurrences };
}

/**
 * What a change of the nightly sync would take away: days that were still to come under the old one, and whose time has passed
 * already under the new one. The newest is due at once, older ones (a zone across the date line) are missed. Until a schedule has had its first
 * occurrence, a day whose new time lies before it was switched on is none of them. Settle up to `at` under the old sync first.
 */
export function takenAway(standing: Standing, before: NightlySync, after: NightlySync, at: Instant): PlannedOccurrence[] {
  const open: LocalDate[] = [];
  const begun = standing.lastDueAt !== undefined && standing.lastDueAt > standing.since;
  const last = localDateOf(after.timeZone, at);
  const first = addDays(localDateOf(before.timeZone, at), -1);
  for (let date = first; date <= last; date = addDays(date, 1)) {
    if (standing.lastDate !== undefined && date <= standing.lastDate) continue;
    if (!isRunDay(standing.schedule, after.timeZone, date)) continue;
    const dueNow = dueOn(after, date);
    if (dueOn(before, date) > at && dueNow <= at && (begun || dueNow > standing.since)) open.push(date);
  }
  return open.map((localDate, i) => {
    const newest = i === open.length - 1;
    return { localDate, dueAt: newest ? at : dueOn(after, localDate), state: newest ? 'requested' as const : 'missed' as const, late: false };
  });
}
