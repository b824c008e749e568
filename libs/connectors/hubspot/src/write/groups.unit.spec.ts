import fc from 'fast-check';
import { hubspotObject } from '../objects.ts';
import { groups } from './groups.ts';
import type { RowForm } from './requests.ts';

const form: RowForm = { object: hubspotObject('Account'), operation: 'create', keyField: 'signalbox_id' };
const rowOf = (key: string, i: number) => ({ changeId: `c${i}`, crmId: '', externalKey: key, values: {} });

describe('the calls that rows are put into', () => {
  it('hold every row once, at most a hundred, and no record twice, whatever the rows', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 500 }), (keys) => {
      const made = groups(keys.map((k, i) => rowOf(`key-${k}`, i)), form);
      expect(made.flat().map((r) => r.changeId).sort()).toEqual(keys.map((_, i) => `c${i}`).sort());
      for (const group of made) {
        expect(group.length).toBeLessThanOrEqual(100);
        expect(new Set(group.map((r) => r.externalKey)).size).toBe(group.length);
      }
    }), { numRuns: 50 });
  });

  it('are as few as can be when no record comes twice, and keep the order of rows for one record', () => {
    expect(groups(Array.from({ length: 1000 }, (_, i) => rowOf(`k${i}`, i)), form).map((g) => g.length)).toEqual(Array(10).fill(100));
    const twice = groups([rowOf('a', 0), rowOf('b', 1), rowOf('A', 2), rowOf('a', 3)], form);
    expect(twice.map((g) => g.map((r) => r.changeId))).toEqual([['c0', 'c1'], ['c2'], ['c3']]);
  });
});
