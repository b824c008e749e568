const MINUTE_MS = 60_000;
/** What setting a schedule up may take before the minute comes. */
const AHEAD_MS = 8_000;

/** A time of day that comes within about a minute, far from midnight: the nearest test of a scheduler that nobody gives another clock. */
export interface NearTime {
  at: Date;
  /** "HH:MM" on the clocks of `timeZone`. */
  timeOfDay: string;
  timeZone: string;
  /** "2026-11-22" there. */
  localDate: string;
}

/** A zone where midnight is hours away. */
const quietZone = (now: Date): string => (now.getUTCHours() >= 2 && now.getUTCHours() <= 20 ? 'UTC' : 'Asia/Tokyo');

export function nearTime(minutes = 0, now = new Date()): NearTime {
  const at = new Date(Math.ceil((now.getTime() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS);
  const timeZone = quietZone(now);
  const timeOfDay = at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return { at, timeZone, timeOfDay, localDate: at.toLocaleDateString('en-CA', { timeZone }) };
}

/** Looks for as long as the minute may take to come, and a run to end. */
export const untilItHasCome = { timeoutMs: 2 * MINUTE_MS, everyMs: 250 };
