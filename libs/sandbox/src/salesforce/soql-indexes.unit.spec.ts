import fc from 'fast-check';
import { Org } from './org.ts';
import { seedRecords } from './control/seed.ts';
import { executeSoql } from './soql/execute.ts';
import { isDeleted, type Row } from './store/row.ts';

const NAMES = ['alpha', 'Alpha', 'beta', 'Gamma', 'delta', null] as const;
const START = Date.parse('2026-01-01T00:00:00Z');

/** A step of a random history of an org. */
const step = fc.record({
  act: fc.constantFrom('create', 'create', 'create', 'update', 'update', 'delete', 'undo', 'wait'),
  pick: fc.nat(1000), name: fc.constantFrom(...NAMES.slice(0, 5)), site: fc.constantFrom(...NAMES), employees: fc.constantFrom(null, 1, 2, 3),
});

const stamp = (r: Row) => Date.parse(String(r.values.SystemModstamp));
const utc = (time: string) => Date.parse(`2026-01-01T${time}Z`);

const CREATE = { act: 'create', pick: 1, name: 'alpha', site: null, employees: 2 } as const;

const filters: [string, (r: Row) => boolean][] = [
  ["Name = 'ALPHA'", (r) => String(r.values.Name).toLowerCase() === 'alpha'],
  ["Name IN ('beta', 'gamma', 'none') AND Site != null", (r) => ['beta', 'gamma'].includes(String(r.values.Name).toLowerCase()) && (r.values.Site ?? null) !== null],
  ["Site = 'delta' OR NumberOfEmployees = 2", (r) => r.values.Site === 'delta' || r.values.NumberOfEmployees === 2],
  ['SystemModstamp > 2026-01-01T00:00:05Z', (r) => stamp(r) > utc('00:00:05')],
  ["SystemModstamp >= 2026-01-01T00:00:02Z AND SystemModstamp < 2026-01-01T00:00:07Z AND Name != 'beta'",
    (r) => stamp(r) >= utc('00:00:02') && stamp(r) < utc('00:00:07') && r.values.Name !== 'beta'],
  ['NumberOfEmployees > 1 AND (NOT Site = null)', (r) => Number(r.values.NumberOfEmployees ?? 0) > 1 && (r.values.Site ?? null) !== null],
];
const orders: [string, (a: Row, b: Row) => number][] = [
  ['', (a, b) => (a.id < b.id ? -1 : 1)],
  ['ORDER BY SystemModstamp, Id', (a, b) => (a.values.SystemModstamp === b.values.SystemModstamp ? (a.id < b.id ? -1 : 1) : String(a.values.SystemModstamp) < String(b.values.SystemModstamp) ? -1 : 1)],
  ['ORDER BY Id DESC', (a, b) => (a.id < b.id ? 1 : -1)],
];

describe('queries answered from indexes', () => {
  it('give what looking at every record would give, whatever was written before and taken back', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 120 }), fc.boolean(), (steps, withDeleted) => {
      let clock = START;
      const org = new Org({ now: () => clock });
      const def = org.schema.find('Account') as NonNullable<ReturnType<typeof org.schema.find>>;
      const { store } = org;
      const table = store.table(def);
      for (const s of steps) {
        const live = table.rows().filter((r) => !isDeleted(r));
        const row = live[s.pick % Math.max(1, live.length)];
        const values = { Name: s.name, Site: s.site, NumberOfEmployees: s.employees };
        if (s.act === 'wait') clock += 700;
        else if (s.act === 'create' || !row) seedRecords(org, 'Account', [values]);
        else if (s.act === 'update') store.update(def, row, values);
        else if (s.act === 'delete') store.setDeleted(def, row, true);
        else {
          store.transaction(() => {
            store.update(def, row, values);
            seedRecords(org, 'Account', [values]);
            return { keep: false, result: undefined };
          });
        }
        if (s.pick % 7 === 0) executeSoql(store, "SELECT Id FROM Account WHERE Name = 'beta' ORDER BY SystemModstamp, Id", false);
      }
      const all = table.rows().filter((r) => withDeleted || !isDeleted(r));
      for (const [where, passes] of filters) {
        for (const [order, compare] of orders) {
          const result = executeSoql(store, `SELECT Id FROM Account WHERE ${where} ${order}`, withDeleted);
          const expected = all.filter(passes).sort(compare).map((r) => r.id);
          expect(result.kind === 'rows' ? result.rows.map((r) => r.id) : []).toEqual(expected);
        }
      }
      // The second that a filter names is the second of a change.
    }), { numRuns: 150, examples: [[[...Array.from({ length: 8 }, () => ({ ...CREATE, act: 'wait' as const })), CREATE, CREATE], false]] });
  });
});
