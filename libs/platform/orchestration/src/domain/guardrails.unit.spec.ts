import fc from 'fast-check';
import { breachOf, guardrailProblems, sharePercent } from './guardrails.ts';

const defaults = { maxRecords: 50_000, maxSharePercent: 100, maxClears: 500, shareJudgedAbove: 20_000 };
const unset = { maxRecords: 0, maxSharePercent: 0, maxClears: 0 };
const code = (size: Parameters<typeof breachOf>[0], set = unset) => breachOf(size, set, defaults)?.code;

describe('guardrails', () => {
  it('ORC-10 lets a first run into an empty CRM through, and halts a runaway', () => {
    expect(code({ toWrite: 50_000, clears: 0, crmRecords: 0 })).toBeUndefined();
    expect(code({ toWrite: 50_001, clears: 0, crmRecords: 0 })).toBe('guardrail.max_records');
    expect(code({ toWrite: 10_000, clears: 0, crmRecords: 50 })).toBeUndefined();
    expect(code({ toWrite: 20_001, clears: 0, crmRecords: 20_000 })).toBe('guardrail.max_share');
    expect(code({ toWrite: 20_001, clears: 0, crmRecords: 20_001 })).toBeUndefined();
    expect(code({ toWrite: 1, clears: 501, crmRecords: 9 })).toBe('guardrail.max_clears');
  });

  it('ORC-10 always judges a limit that a person has set', () => {
    expect(code({ toWrite: 6, clears: 0, crmRecords: 100 }, { ...unset, maxSharePercent: 5 })).toBe('guardrail.max_share');
    expect(code({ toWrite: 5, clears: 0, crmRecords: 100 }, { ...unset, maxSharePercent: 5 })).toBeUndefined();
    expect(code({ toWrite: 60_000, clears: 0, crmRecords: 0 }, { ...unset, maxRecords: 60_000 })).toBeUndefined();
    expect(breachOf({ toWrite: 12_345, clears: 0, crmRecords: 1 }, { ...unset, maxRecords: 10 }, defaults)?.message).toContain('writes 12,345 records; at most 10');
  });

  it('never halts a plan for its size once a smaller limit let a bigger plan through', () => {
    fc.assert(fc.property(fc.nat(100_000), fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }), (a, b, limit) => {
      const set = { ...unset, maxRecords: limit };
      const [small, big] = [Math.min(a, b), Math.max(a, b)];
      if (!breachOf({ toWrite: big, clears: 0, crmRecords: 0 }, set, defaults)) expect(breachOf({ toWrite: small, clears: 0, crmRecords: 0 }, set, defaults)).toBeUndefined();
    }));
  });

  it('says the share in percent, and refuses limits below zero by their name', () => {
    expect(sharePercent({ toWrite: 1, crmRecords: 3 })).toBe(33.33);
    expect([sharePercent({ toWrite: 0, crmRecords: 0 }), sharePercent({ toWrite: 4, crmRecords: 0 })]).toEqual([0, 100]);
    expect(guardrailProblems({ maxRecords: -1, maxSharePercent: Number.NaN, maxClears: 0 }).map((p) => p.field)).toEqual(['guardrails.max_records', 'guardrails.max_share_percent']);
  });
});
