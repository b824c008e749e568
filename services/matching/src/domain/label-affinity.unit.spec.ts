import fc from 'fast-check';
import { labelAffinity } from './label-affinity.ts';

describe('how much of a site can be read from a name', () => {
  it.each([
    ['uetpeshawar', ['university', 'of', 'engineering', 'and', 'technology', 'peshawar'], 1], ['acme', ['acme'], 1], ['acmegroup', ['acme', 'holding', 'group'], 1], ['ibm', ['international', 'business', 'machines'], 1], ['acmx', ['acme'], 0.75],
    ['globex', ['initech'], 0], ['mbi', ['international', 'business', 'machines'], 1 / 3], ['a', ['acme'], 0], ['', ['acme'], 0], ['acme', [], 0],
  ])('%s of %j is %d', (label, tokens, share) => expect(labelAffinity(label, tokens)).toBeCloseTo(share, 6));

  const token = fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 1, maxLength: 6 });
  const tokens = fc.array(token, { minLength: 1, maxLength: 5 });

  it('lies between nothing and all, and says all of what the words begin with', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'abcd'), maxLength: 80 }), tokens, (label, words) => {
      const share = labelAffinity(label, words);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }));
    fc.assert(fc.property(fc.array(fc.tuple(token, fc.nat(6)), { minLength: 1, maxLength: 5 }), (cuts) => {
      const label = cuts.map(([word, n]) => word.slice(0, n)).join('');
      if (label.length >= 2) expect(labelAffinity(label, cuts.map(([word]) => word))).toBe(1);
    }));
  });

  it('never falls with a word more, and does not depend on what was asked before', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 2, maxLength: 12 }), tokens, token, (label, words, more) => {
      const share = labelAffinity(label, words);
      expect(labelAffinity(label, [...words, more])).toBeGreaterThanOrEqual(share);
      expect(labelAffinity(label, [more, ...words])).toBeGreaterThanOrEqual(share);
      labelAffinity('dcba'.repeat(20), ['dcba', 'abcd']);
      expect(labelAffinity(label, words)).toBe(share);
    }));
  });
});
