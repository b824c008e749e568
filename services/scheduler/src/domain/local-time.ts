import { DAY_MS, addDays, dateOfDay, dayNumber, type LocalDate } from './calendar.ts';

/** Milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** True for names of the IANA time zone database; offsets like "+02:00" are none, since they know no daylight saving. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatFor(zone);
    return true;
  } catch {
    return false; // RangeError: the database has no such name
  }
}

/** What a wall clock in the zone shows, as if it were UTC: milliseconds, whole seconds. */
export function wallClock(zone: string, instant: Instant): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(instant)) parts[type] = Number(value);
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  return dayNumber(date) * DAY_MS + (((parts['hour'] ?? 0) * 60 + (parts['minute'] ?? 0)) * 60 + (parts['second'] ?? 0)) * 1000;
}

const whole = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;
const offsetAt = (zone: string, instant: Instant): number => wallClock(zone, instant) - whole(instant);

export const localDateOf = (zone: string, instant: Instant): LocalDate => dateOfDay(Math.floor(wallClock(zone, instant) / DAY_MS));

/**
 * The first instant at which the wall clock of the zone has come to this time on this day. A time that a change of clocks leaves out
 * is the first instant after the gap; one that comes twice is the first of the two.
 * @param timeOfDay "HH:MM", 24 hours
 */
export function firstInstantAt(zone: string, date: LocalDate, timeOfDay: string): Instant {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  const wall = dayNumber(date) * DAY_MS + (hours * 60 + minutes) * 60_000;
  // No zone is more than 15 hours from UTC, and none changes twice within the two days around.
  const offsets = [offsetAt(zone, wall - DAY_MS), offsetAt(zone, wall), offsetAt(zone, wall + DAY_MS)];
  const candidates = offsets.map((offset) => wall - offset).filter((instant) => wallClock(zone, instant) === wall);
  if (candidates.length > 0) return Math.min(...candidates);
  return endOfGap(zone, wall, wall - Math.max(...offsets), wall - Math.min(...offsets));
}

/** The first instant in (before, after] at which the wall clock shows more than `wall`, to the second. */
function endOfGap(zone: string, wall: number, before: Instant, after: Instant): Instant {
  let [low, high] = [whole(before) - 1000, whole(after)];
  while (high - low > 1000) {
    const middle = whole((low + high) / 2);
    if (wallClock(zone, middle) >= wall) high = middle;
    else low = middle;
  }
  return high;
}

/** False for a day that a zone left out when it moved across the date line (2011-12-30 in Apia). */
export function dayExists(zone: string, date: LocalDate): boolean {
  return firstInstantAt(zone, date, '00:00') < firstInstantAt(zone, addDays(date, 1), '00:00');
}

/**
 * When a time of day comes on a day that exists: `firstInstantAt`, but always on that day. Where clocks jump over midnight (23:00 to 00:00
 * in East Greenland), a time in the gap is the day's last second.
 */
export function instantOf(zone: string, date: LocalDate, timeOfDay: string): Instant {
  const instant = firstInstantAt(zone, date, timeOfDay);
  return localDateOf(zone, instant) === date ? instant : Math.min(instant, firstInstantAt(zone, addDays(date, 1), '00:00') - 1000);
}
