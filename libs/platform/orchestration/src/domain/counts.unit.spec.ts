import fc from 'fast-check';
import { addTally, emptyTally, remainingOf, settledOf, tallyOf, type SettledRecord } from './counts.ts';

const state = fc.constantFrom('succeeded', 'skipped', 'failed', 'unknown_then_settled') as fc.Arbitrary<SettledRecord['state']>;
const settled = fc.record({ state, code: fc.constantFrom('created', 'cancelled', 'field_validation') });

describe('the counts of a run', () => {
  it('add up to the number planned after every result, however results are cut and ordered', () => {
    fc.assert(fc.property(fc.array(settled, { maxLength: 60 }), fc.array(fc.nat(9), { maxLength: 20 }), (records, cuts) => {
      let tally = { ...emptyTally(), planned: records.length };
      const rest = [...records];
      for (const size of [...cuts, records.length]) {
        tally = addTally(tally, tallyOf(rest.splice(0, size)));
        expect(settledOf(tally) + remainingOf(tally)).toBe(records.length);
        expect(remainingOf(tally)).toBe(rest.length);
      }
      expect(remainingOf(tally)).toBe(0);
    }));
  });

  it('do not depend on the order of results, and name a reason for each skip and failure', () => {
    fc.assert(fc.property(fc.array(settled, { maxLength: 60 }), (records) => {
      const change = tallyOf(records);
      expect(tallyOf([...records].reverse())).toMatchObject({ succeeded: change.succeeded, skipped: change.skipped, failed: change.failed });
      const total = (reasons: Map<string, number>) => [...reasons.values()].reduce((a, b) => a + b, 0);
      expect(total(change.skippedByReason)).toBe(change.skipped);
      expect(total(change.failedByReason)).toBe(change.failed);
      expect(change.succeeded + change.skipped + change.failed + change.unknownThenSettled).toBe(change.settled);
    }));
  });
});
