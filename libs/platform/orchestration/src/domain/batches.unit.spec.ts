import fc from 'fast-check';
import { batchId, changeId, fitting, numberOf, sameAction } from './batches.ts';

describe('batches', () => {
  it('are found again from their ids, and never from those of another run', () => {
    fc.assert(fc.property(fc.uuid(), fc.uuid(), fc.nat(), (owner, other, number) => {
      expect(numberOf(owner, changeId(owner, number))).toBe(number);
      expect(numberOf(owner, batchId(owner, number))).toBe(number);
      if (owner !== other) expect(numberOf(other, changeId(owner, number))).toBeUndefined();
    }));
    expect([numberOf('a', 'a-'), numberOf('a', 'a-1x'), numberOf('a', 'a-1-2'), numberOf('a', '')]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('take as many changes as fit, and always at least one', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), fc.integer({ min: 1, max: 500 }), (sizes, limit) => {
      const count = fitting(sizes, limit);
      const total = (n: number) => sizes.slice(0, n).reduce((a, b) => a + b, 0);
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count === 1 || total(count) <= limit).toBe(true);
      if (count < sizes.length) expect(total(count + 1)).toBeGreaterThan(limit);
    }));
  });

  it('have one operation each', () => {
    const of = (...actions: string[]) => sameAction(actions.map((action) => ({ action }))).length;
    expect([of(), of('create'), of('create', 'create', 'update'), of('update', 'create')]).toEqual([0, 1, 2, 1]);
  });
});
