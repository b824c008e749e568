import fc from 'fast-check';
import { addDays, dateOfDay, dayNumber, weekdayOf } from './calendar.ts';
import { dayExists, firstInstantAt, instantOf, isTimeZone, localDateOf, wallClock } from './local-time.ts';
import type { NightlySync } from './nightly-sync.ts';
import { settle, takenAway, type PlannedOccurrence, type Standing } from './occurrences.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const utc = (text: string) => Date.parse(text);
const iso = (instant: number) => new Date(instant).toISOString();
const daily = { mode: 'daily', weekday: 0 } as const;

const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const timeOfDay = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
const date = fc.integer({ min: dayNumber('1972-01-01'), max: dayNumber('2037-12-01') }).map(dateOfDay);
const wallOf = (day: string, time: string) => Date.parse(`${day}T${time}:00Z`);

describe('days', () => {
  it('agree with the calendar', () => {
    fc.assert(fc.property(fc.integer({ min: -200_000, max: 200_000 }), (days) => {
      const day = dateOfDay(days);
      expect(dayNumber(day)).toBe(days);
      if (days > -700_000 / 2) expect(day).toBe(new Date(days * DAY).toISOString().slice(0, 10));
      expect(weekdayOf(day) % 7).toBe(new Date(days * DAY).getUTCDay());
    }));
  });
});

describe('local times', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', '02:00', '2026-03-29T01:00:00.000Z'], // left out: 03:00 summer time
    ['Europe/Berlin', '2026-03-29', '02:59', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'], // twice: the first
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00:00.000Z'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30:00.000Z'], // half an hour
    ['Africa/Cairo', '2026-04-24', '00:30', '2026-04-23T22:00:00.000Z'], // the day begins at 01:00
    ['Asia/Kathmandu', '2026-01-01', '02:00', '2025-12-31T20:15:00.000Z'],
    ['UTC', '2026-01-01', '02:00', '2026-01-01T02:00:00.000Z'],
    ['America/Scoresbysund', '2026-03-28', '23:30', '2026-03-29T00:59:59.000Z'], // 23:00 is 00:00 of the next day
  ])('%s on %s at %s is %s', (name, day, time, expected) => expect(iso(instantOf(name, day, time))).toBe(expected));

  it('is the first instant at which the wall clock has come that far, in every zone and year', () => {
    fc.assert(fc.property(zone, date, timeOfDay, (name, day, time) => {
      const due = firstInstantAt(name, day, time);
      const wall = wallOf(day, time);
      expect(wallClock(name, due)).toBeGreaterThanOrEqual(wall);
      for (let before = due - 1000; before > due - 26 * HOUR; before -= before > due - HOUR ? 5 * MINUTE : 30 * MINUTE) expect(wallClock(name, before)).toBeLessThan(wall);
      expect(wallClock(name, due - 1000)).toBeLessThan(wall);
      if (dayExists(name, day)) expect(localDateOf(name, instantOf(name, day, time))).toBe(day);
    }), { numRuns: 250 });
  });

  it('knows the day that Apia left out, and which names are zones', () => {
    expect(dayExists('Pacific/Apia', '2011-12-30')).toBe(false);
    expect(dayExists('Pacific/Apia', '2011-12-31')).toBe(true);
    expect(['Europe/Berlin', 'UTC', 'Etc/GMT+5', 'Mars/Olympus', '+02:00', '', 'Europe/'].map(isTimeZone)).toEqual([true, true, true, false, false, false, false]);
  });
});

/** A workspace's life: it looks at the clock, and a person changes the settings. */
class Life {
  readonly ledger: (PlannedOccurrence & { at: number })[] = [];
  nextDueAt: number | undefined;
  private readonly standing: Standing;
  private inForce: NightlySync & { changedAt: number };
  constructor(sync: NightlySync, since: number, schedule: Standing['schedule'] = daily) {
    this.standing = { schedule, since };
    this.inForce = { ...sync, changedAt: since };
  }
  tick(now: number): void {
    const { occurrences, nextDueAt } = settle(this.standing, this.inForce, now);
    this.take(occurrences, now);
    this.nextDueAt = nextDueAt;
  }
  /** Looks whenever something is due. */
  until(end: number): void {
    for (let now = this.nextDueAt ?? this.standing.since; now < end; now = this.nextDueAt ?? Infinity) this.tick(now);
  }
  change(sync: NightlySync, now: number): void {
    this.tick(now);
    this.take(takenAway(this.standing, this.inForce, sync, now), now);
    this.inForce = { ...sync, changedAt: now };
    this.tick(now);
  }
  private take(occurrences: PlannedOccurrence[], at: number): void {
    for (const occurrence of occurrences) {
      this.ledger.push({ ...occurrence, at });
      this.standing.lastDate = occurrence.localDate;
      this.standing.lastDueAt = occurrence.dueAt;
    }
  }
  get dates(): string[] {
    return this.ledger.map((o) => o.localDate);
  }
}

const daysBetween = (first: string, last: string, name: string): string[] => {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) if (dayExists(name, day)) days.push(day);
  return days;
};

describe('ORC-2: once per local day, never twice, never zero times', () => {
  it('ORC-2 runs daily exactly once on every local day, in every zone and year', () => {
    fc.assert(fc.property(zone, date, timeOfDay, (name, start, time) => {
      const begin = instantOf(name, start, time) - 1000;
      const life = new Life({ timeOfDay: time, timeZone: name }, begin);
      life.until(begin + 45 * DAY);
      expect(life.dates).toEqual(daysBetween(life.dates[0] as string, life.dates.at(-1) as string, name));
      expect(life.dates[0]).toBe(daysBetween(start, addDays(start, 1), name)[0]);
      expect(life.ledger.every((o) => o.state === 'requested' && !o.late)).toBe(true);
    }), { numRuns: 60 });
  });

  it('ORC-2 runs daily once on each day of every change of clocks of 2026, in every zone of the world', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      let offset: number | undefined;
      for (let day = '2025-12-31'; day < '2027-01-02'; day = addDays(day, 1)) {
        const noon = dayNumber(day) * DAY + 12 * HOUR;
        const now = wallClock(name, noon) - noon;
        if (offset !== undefined && now !== offset) {
          for (const time of ['00:00', '00:30', '01:30', '02:00', '02:30', '03:00', '23:30']) {
            const days = [-1, 0, 1].map((shift) => addDays(day, shift));
            expect(days.map((one) => localDateOf(name, instantOf(name, one, time)))).toEqual(days);
          }
        }
        offset = now;
      }
    }
  });

  it('ORC-2 runs weekly on the chosen weekday only', () => {
    fc.assert(fc.property(zone, date, timeOfDay, fc.integer({ min: 1, max: 7 }), (name, start, time, weekday) => {
      const begin = instantOf(name, start, time) - 1000;
      const life = new Life({ timeOfDay: time, timeZone: name }, begin, { mode: 'weekly', weekday });
      life.until(begin + 60 * DAY);
      expect(life.dates).toEqual(daysBetween(start, life.dates.at(-1) as string, name).filter((day) => weekdayOf(day) === weekday));
    }), { numRuns: 60 });
  });

  it('ORC-2 neither doubles nor skips a local day when the time of day changes, however often', () => {
    const changes = fc.array(fc.record({ after: fc.integer({ min: 1, max: 40 * 60 }), time: timeOfDay }), { maxLength: 12 });
    fc.assert(fc.property(zone, date, timeOfDay, changes, (name, start, time, list) => {
      let now = instantOf(name, start, time) - 1000;
      const life = new Life({ timeOfDay: time, timeZone: name }, now);
      for (const change of [...list, { after: 4 * 24 * 60, time }]) {
        const until = now + change.after * MINUTE;
        life.until(until);
        now = until;
        life.change({ timeOfDay: change.time, timeZone: name }, now);
      }
      expect(life.dates).toEqual(daysBetween(life.dates[0] as string, life.dates.at(-1) as string, name));
      expect(life.ledger.every((o) => o.state === 'requested' && !o.late)).toBe(true);
    }), { numRuns: 80 });
  });

  it('ORC-2 loses no local day silently and doubles none when the zone changes, even across the date line', () => {
    const extremes = fc.constantFrom('Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo', 'UTC');
    const changes = fc.array(fc.record({ after: fc.integer({ min: 1, max: 60 * 60 }), time: timeOfDay, name: extremes }), { minLength: 1, maxLength: 10 });
    fc.assert(fc.property(extremes, date, timeOfDay, changes, (name, start, time, list) => {
      let now = instantOf(name, start, time) - 1000;
      const life = new Life({ timeOfDay: time, timeZone: name }, now);
      for (const change of list) {
        const until = now + change.after * MINUTE;
        life.until(until);
        now = until;
        life.change({ timeOfDay: change.time, timeZone: change.name }, now);
      }
      // A day that a zone left out may be without an occurrence, when that zone was the one in force.
      const everywhere = (day: string) => [name, ...list.map((change) => change.name)].every((zone) => dayExists(zone, day));
      expect(life.dates.filter(everywhere)).toEqual(daysBetween(life.dates[0] as string, life.dates.at(-1) as string, 'UTC').filter(everywhere));
      expect(new Set(life.dates).size).toBe(life.dates.length);
    }), { numRuns: 150, examples: [['Pacific/Kiritimati', '1994-12-29', '00:00', [{ after: 1899, time: '00:00', name: 'Pacific/Kiritimati' }, { after: 982, time: '00:00', name: 'Pacific/Kiritimati' }]]] });
  });

  it('ORC-2 gives today\'s run at once when its new time has passed, and not before it was switched on', () => {
    const life = new Life({ timeOfDay: '14:00', timeZone: 'Europe/Berlin' }, utc('2026-06-01T20:00:00Z'));
    life.tick(utc('2026-06-03T08:00:00Z'));
    life.change({ timeOfDay: '02:00', timeZone: 'Europe/Berlin' }, utc('2026-06-03T08:00:00Z'));
    expect(life.dates).toEqual(['2026-06-02', '2026-06-03']);
    const fresh = new Life({ timeOfDay: '14:00', timeZone: 'Europe/Berlin' }, utc('2026-06-03T07:00:00Z'));
    fresh.change({ timeOfDay: '02:00', timeZone: 'Europe/Berlin' }, utc('2026-06-03T08:00:00Z'));
    expect(fresh.dates).toEqual([]);
  });

  it('ORC-2 requests today\'s run late after a standstill, and writes the older ones down as missed', () => {
    const life = new Life({ timeOfDay: '02:00', timeZone: 'UTC' }, utc('2026-06-01T00:00:00Z'));
    life.tick(utc('2026-06-01T02:00:01Z'));
    life.tick(utc('2026-06-04T09:00:00Z'));
    expect(life.ledger.map((o) => [o.localDate, o.state, o.late])).toEqual([['2026-06-01', 'requested', false], ['2026-06-02', 'missed', false], ['2026-06-03', 'missed', false], ['2026-06-04', 'requested', true]]);
  });

  it('ORC-2 still requests what fell due just before midnight', () => {
    const life = new Life({ timeOfDay: '23:59', timeZone: 'UTC' }, utc('2026-06-01T00:00:00Z'));
    life.tick(utc('2026-06-02T00:00:01Z'));
    expect(life.ledger).toMatchObject([{ localDate: '2026-06-01', state: 'requested', late: false }]);
  });

  it('ORC-6 does nothing on a manual schedule', () => {
    expect(settle({ schedule: { mode: 'manual', weekday: 0 }, since: 0 }, { timeOfDay: '02:00', timeZone: 'UTC', changedAt: 0 }, utc('2026-06-01T02:00:00Z'))).toEqual({ occurrences: [] });
  });
});
