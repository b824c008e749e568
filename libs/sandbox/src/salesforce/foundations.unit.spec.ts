import { checksum, makeId, normalizeId } from './ids.ts';
import { dateLiteral } from './soql/date-literals.ts';
import { StampIndex } from './store/stamp-index.ts';
import type { Row } from './store/row.ts';
import { parseDate, parseDateTime } from './time.ts';

describe('record ids', () => {
  it('carry the checksum that the vendor computes', () => {
    expect(checksum('001R00000064wdt')).toBe('IAA');
    expect(normalizeId('001R00000064wdt')).toBe('001R00000064wdtIAA');
    expect(normalizeId('001R00000064wdtIAB')).toBeUndefined();
    expect(normalizeId('too short')).toBeUndefined();
  });

  it('grow in string order', () => {
    const ids = [1, 2, 61, 62, 63, 3843, 3844, 1_000_000].map((n) => makeId('001', n));
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('dates', () => {
  it('are read in any zone and kept in UTC', () => {
    expect(parseDateTime('2026-11-22T10:00:00Z')).toBe('2026-11-22T10:00:00.000+0000');
    expect(parseDateTime('2026-11-22T10:00:00.5+0200')).toBe('2026-11-22T08:00:00.500+0000');
    expect(parseDateTime('2026-11-22')).toBe('2026-11-22T00:00:00.000+0000');
    expect(parseDateTime('yesterday')).toBeUndefined();
    expect(parseDate('2026-02-30')).toBeUndefined();
  });

  it('know the literals of SOQL', () => {
    const now = Date.parse('2026-11-22T10:00:00Z'); // a Sunday
    const days = (literal: string) => {
      const range = dateLiteral(literal, now);
      return range && [range.from, range.to].map((ms) => new Date(ms).toISOString().slice(0, 10));
    };
    expect(days('TODAY')).toEqual(['2026-11-22', '2026-11-23']);
    expect(days('YESTERDAY')).toEqual(['2026-11-21', '2026-11-22']);
    expect(days('THIS_WEEK')).toEqual(['2026-11-22', '2026-11-29']);
    expect(days('LAST_MONTH')).toEqual(['2026-10-01', '2026-11-01']);
    expect(days('THIS_QUARTER')).toEqual(['2026-10-01', '2027-01-01']);
    expect(days('LAST_N_DAYS:2')).toEqual(['2026-11-20', '2026-11-23']);
    expect(days('N_DAYS_AGO:2')).toEqual(['2026-11-20', '2026-11-21']);
    expect(days('NEXT_N_MONTHS:2')).toEqual(['2026-12-01', '2027-02-01']);
    expect(days('LAST_FISCAL_YEAR')).toEqual(['2025-01-01', '2026-01-01']);
    expect(days('SOME_DAY')).toBeUndefined();
  });
});

describe('the index by SystemModstamp', () => {
  it('always gives what sorting all rows would give', () => {
    const index = new StampIndex();
    const rows: Row[] = [];
    let state = 7;
    const random = (n: number) => (state = (state * 48271) % 2147483647) % n;
    for (let step = 0; step < 6000; step++) {
      const stamp = String(100 + Math.floor(step / 40)).padStart(5, '0');
      const old = rows.length > 5 && random(3) > 0 ? rows[random(rows.length)] : undefined;
      if (old && !old.purged) {
        const before = old.values.SystemModstamp as string;
        old.values = { ...old.values, SystemModstamp: stamp };
        index.changed(old, before);
      } else {
        const row: Row = { id: makeId('001', step), seq: step, purged: false, values: { SystemModstamp: random(50) === 0 ? '00001' : stamp } };
        rows.push(row);
        index.added(row);
      }
      if (step % 500 !== 0) continue;
      const key = (r: Row) => `${r.values.SystemModstamp as string} ${r.id}`;
      const expected = rows.filter((r) => (r.values.SystemModstamp as string) > '00103').map(key).sort();
      expect(index.range('00103', true).map(key)).toEqual(expected);
    }
  });
});
