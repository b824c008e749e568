import fc from 'fast-check';
import { pairWords, wordLikeness, type WeightedWords } from './word-pairing.ts';

const plain = (...words: string[]): WeightedWords => ({ words, weights: words.map(() => 1) });
const word = fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 1, maxLength: 9 });
const side = fc.array(fc.tuple(word, fc.integer({ min: 0, max: 8 })), { maxLength: 6 }).map((pairs): WeightedWords => ({ words: [...new Map(pairs).keys()], weights: [...new Map(pairs).values()] }));

describe('how alike two words are', () => {
  it.each([
    ['acme', 'acme', 1], ['acme', 'acne', 0.75], ['management', 'mgt', 0.7], ['amce', 'acme', 0.75], ['univresity', 'university', 0.8], ['acme', 'globex', 0], ['ab', 'ba', 0], ['metallurgical', 'metalurgical', 1 - 1 / 13],
  ])('%s and %s: %d', (a, b, value) => expect(wordLikeness(a, b)).toBeCloseTo(value, 6));

  it('is the same either way round, one only of equal words, and never less than nothing', () => {
    fc.assert(fc.property(word, word, (a, b) => {
      const value = wordLikeness(a, b);
      expect(wordLikeness(b, a)).toBe(value);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value === 1).toBe(a === b);
      expect(value).toBeLessThanOrEqual(1);
    }), { numRuns: 500 });
  });
});

describe('words laid side by side', () => {
  it('pairs equal words first, though another is alike', () => {
    const { covered, leftWords, worst } = pairWords(plain('acmes', 'acme'), plain('acme'));
    expect(covered[1]).toBe(1);
    expect(leftWords).toEqual([['acmes'], []]);
    expect(worst).toBe(1);
  });

  it('gives each word one partner at most, the likest', () => {
    const { leftWords, left } = pairWords(plain('metal', 'metall'), plain('metallic'));
    expect(leftWords).toEqual([['metal'], []]);
    expect(left).toEqual([1, 0]);
  });

  it('counts telling words for more', () => {
    const { covered, heaviestLeft, heaviestShared } = pairWords({ words: ['acme', 'group'], weights: [8, 2] }, { words: ['acme'], weights: [8] });
    expect(covered).toEqual([0.8, 1]);
    expect(heaviestLeft).toEqual([2, 0]);
    expect(heaviestShared).toBe(8);
  });

  it('has nothing to say of no words', () => {
    expect(pairWords(plain(), plain('acme'))).toMatchObject({ covered: [0, 0], left: [0, 1] });
    expect(pairWords({ words: ['of'], weights: [0] }, { words: ['of'], weights: [0] }).covered).toEqual([0, 0]);
  });

  it('covers the one side as the other the other way round, when no two words are merely alike', () => {
    const distinct = fc.subarray(['acme', 'globex', 'initech', 'umbrella', 'stark', 'wayne', 'tyrell', 'cyberdyne']);
    fc.assert(fc.property(distinct, distinct, (a, b) => {
      const [one, two] = [pairWords(plain(...a), plain(...b)), pairWords(plain(...b), plain(...a))];
      expect(two.covered).toEqual([one.covered[1], one.covered[0]]);
      expect(two.leftWords).toEqual([one.leftWords[1], one.leftWords[0]]);
      expect(two.heaviestShared).toBe(one.heaviestShared);
    }));
  });

  it('leaves out none and counts none twice', () => {
    fc.assert(fc.property(side, side, (a, b) => {
      const { covered, left, leftWords, worst } = pairWords(a, b);
      expect(a.words.length - left[0]).toBe(b.words.length - left[1]);
      expect(leftWords.map(({ length }) => length)).toEqual(left);
      for (const share of [...covered, worst]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1 + 1e-12);
      }
      for (const shared of a.words.filter((w) => b.words.includes(w))) expect(leftWords.flat()).not.toContain(shared);
    }), { numRuns: 500 });
  });

  it('covers all of a name by itself', () => {
    fc.assert(fc.property(side, (a) => {
      const { covered, left, worst } = pairWords(a, a);
      expect(left).toEqual([0, 0]);
      expect(worst).toBe(1);
      if (a.weights.some((w) => w > 0)) expect(covered).toEqual([1, 1]);
    }));
  });
});
