import fc from 'fast-check';
import { AdaptiveLimit } from './adaptive-limit.ts';

const quick = { ms: 100, refused: false };
const refused = { ms: 10, refused: true };

describe('how many calls may be under way', () => {
  it('always stays between one and what is allowed, halves at a refusal and grows by no more than one for an answer', () => {
    const answers = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 5_000 }), refused: fc.boolean() }), { maxLength: 200 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 64 }), answers, (most, steps) => {
      const limit = new AdaptiveLimit(most);
      expect(limit.limit).toBe(most);
      for (const answer of steps) {
        const before = limit.limit;
        limit.ended(limit.began(), answer);
        if (answer.refused) expect(limit.limit).toBe(Math.max(1, Math.floor(before / 2)));
        else expect(limit.limit - before).toBeLessThanOrEqual(1);
        expect(limit.limit).toBeGreaterThanOrEqual(1);
        expect(limit.limit).toBeLessThanOrEqual(most);
      }
    }));
  });

  it('halves once for all calls that were under way together', () => {
    const limit = new AdaptiveLimit(16);
    const together = Array.from({ length: 16 }, () => limit.began());
    for (const begun of together) limit.ended(begun, refused);
    expect(limit.limit).toBe(8);
    limit.ended(limit.began(), refused);
    expect(limit.limit).toBe(4);
  });

  it('comes back to what is allowed while answers are quick, one more for each round', () => {
    const limit = new AdaptiveLimit(8);
    limit.ended(limit.began(), refused);
    for (let answers = 0; limit.limit < 8; answers += 1) {
      expect(answers).toBeLessThan(8 * 8);
      limit.ended(limit.began(), quick);
    }
  });

  it('does not grow while answers take more than twice as long as usual', () => {
    const limit = new AdaptiveLimit(8);
    limit.ended(limit.began(), quick);
    limit.ended(limit.began(), refused);
    for (let i = 0; i < 5; i += 1) limit.ended(limit.began(), { ms: 5_000 * (i + 1), refused: false });
    expect(limit.limit).toBe(4);
  });
});
