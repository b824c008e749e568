import fc from 'fast-check';
import { RARE_SHARE, WordRarity } from './word-rarity.ts';
import background from './word-background.json' with { type: 'json' };

const MOST = Math.log(1 / RARE_SHARE);

describe('how telling a word is', () => {
  it('grows as fewer accounts have it, from nothing to as much as is told apart', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(1_000_000), fc.nat(1_000_000), (accounts, one, other) => {
      const rarity = new WordRarity(accounts, (word) => Math.min(accounts, word === 'acme' ? one : other));
      for (const word of ['acme', 'globex', 'university']) {
        expect(rarity.of(word)).toBeGreaterThanOrEqual(0);
        expect(rarity.of(word)).toBeLessThanOrEqual(MOST);
        expect(rarity.of(word)).toBe(rarity.of(word));
      }
      // Neither stands in the background: they differ by the workspace alone.
      if (one <= other) expect(rarity.of('acme')).toBeGreaterThanOrEqual(rarity.of('globex'));
    }));
  });

  it('is estimated anew from each workspace: the word of a trade says little among its own', () => {
    const everywhere = new WordRarity(100_000, () => 10);
    const amongDentists = new WordRarity(100_000, (word) => (word === 'dental' ? 60_000 : 10));
    expect(amongDentists.of('dental')).toBeLessThan(1);
    expect(everywhere.of('dental')).toBeGreaterThan(5);
  });

  it('is known to a young workspace from the accounts of the world, and a rare word is as rare in a large one', () => {
    const young = new WordRarity(0, () => 0);
    expect(young.of('university')).toBeLessThan(young.of('zwentendorf'));
    expect(young.of('zwentendorf')).toBe(MOST);
    expect(new WordRarity(1_000_000, () => 1).of('zwentendorf')).toBe(MOST);
  });

  it('has a background of shares, each of a word as it is compared', () => {
    for (const [word, share] of Object.entries(background)) expect([word, /^\S+$/.test(word) && share > 0 && share < 1]).toEqual([word, true]);
  });
});
