import { invalid } from '@signalbox/kernel';
import { isTimeZone, type Instant } from './local-time.ts';

/** When scheduled runs of a workspace happen (ORC-2). */
export interface NightlySync {
  /** "HH:MM", 24 hours. */
  timeOfDay: string;
  /** IANA name. */
  timeZone: string;
}

export interface NightlySyncInForce extends NightlySync {
  /** Since when; what was due before is settled. */
  changedAt: Instant;
}

export const DEFAULT_TIME_OF_DAY = '02:00';
export const FALLBACK_TIME_ZONE = 'UTC';

/** @throws Invalid `scheduler.nightly_sync.time_of_day`, `scheduler.nightly_sync.time_zone` */
export function checkedNightlySync(sync: NightlySync): NightlySync {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(sync.timeOfDay)) {
    throw invalid('scheduler.nightly_sync.time_of_day', `"${sync.timeOfDay}" is no time of day. Write hours and minutes of 24 hours, e.g. 02:00.`, { field: 'nightly_sync.time_of_day' });
  }
  if (!isTimeZone(sync.timeZone)) {
    throw invalid('scheduler.nightly_sync.time_zone', `"${sync.timeZone}" is no time zone. Use a name of the IANA database, e.g. Europe/Berlin.`, { field: 'nightly_sync.time_zone' });
  }
  return { timeOfDay: sync.timeOfDay, timeZone: sync.timeZone };
}
