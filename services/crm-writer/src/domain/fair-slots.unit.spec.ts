import fc from 'fast-check';
import { fairShares, lease, LEASE_MS, type SlotHolder } from './fair-slots.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('places for calls under way', () => {
  it('are shared evenly: nobody gets more than wanted, nothing is left while somebody wants more', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), (total, wants) => {
      const shares = fairShares(total, wants);
      expect(sum(shares)).toBe(Math.min(total, sum(wants)));
      shares.forEach((share, i) => {
        expect(share).toBeLessThanOrEqual(wants[i]!);
        if (share < wants[i]!) for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1);
      });
    }));
  });

  it('are never held by more than there are, and each replica comes to its share once all have been heard of', () => {
    const asks = fc.array(fc.record({ who: fc.integer({ min: 0, max: 4 }), wants: fc.integer({ min: 0, max: 20 }), later: fc.integer({ min: 0, max: 3_000 }) }), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 52 }), asks, (total, steps) => {
      let holders: SlotHolder[] = [];
      let now = 0;
      const ask = (id: string, wants: number) => {
        holders = lease(holders, { id, wants, inUse: 0 }, total, now).holders;
        expect(sum(holders.map((h) => h.held))).toBeLessThanOrEqual(total);
      };
      for (const s of steps) { now += s.later; ask(String(s.who), s.wants); }
      for (let round = 0; round < 2; round += 1) for (const { id, wants } of [...holders]) ask(id, wants);
      expect(sum(holders.map((h) => h.held))).toBe(Math.min(total, sum(holders.map((h) => h.wants))));
      for (const { held, wants } of holders) if (held < wants) expect(held).toBeGreaterThanOrEqual(Math.floor(total / holders.length));
    }));
  });

  it('of calls under way are not given up, and those of a replica that is not heard of are free', () => {
    const first = lease([], { id: 'a', wants: 10, inUse: 0 }, 10, 0);
    expect(first.held).toBe(10);
    const second = lease(first.holders, { id: 'b', wants: 10, inUse: 0 }, 10, 1);
    expect(second.held).toBe(0);
    const busy = lease(second.holders, { id: 'a', wants: 10, inUse: 8 }, 10, 2);
    expect(busy.held).toBe(8);
    expect(lease(busy.holders, { id: 'b', wants: 10, inUse: 0 }, 10, 3).held).toBe(2);
    expect(lease(busy.holders, { id: 'b', wants: 10, inUse: 0 }, 10, 3 + LEASE_MS).held).toBe(10);
  });
});
