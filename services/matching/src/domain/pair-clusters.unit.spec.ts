import fc from 'fast-check';
import { clustersOfPairs } from './pair-clusters.ts';

const COUNTRIES = ['', 'US', 'CA', '', 'DE'];
const about = (owner: number) => ({ id: `A${String(owner).padStart(2, '0')}`, country: COUNTRIES[owner % COUNTRIES.length] as string });
const pair = (a: number, b: number, score: number) => ({ a, b, score, common: `${Math.min(a, b)} and ${Math.max(a, b)}` });
const nowhere = (owner: number) => ({ ...about(owner), country: '' });

/** Each pair of accounts at most once, in some order and either way round. */
const judged = fc.uniqueArray(fc.record({ a: fc.nat(11), b: fc.nat(11), score: fc.constantFrom(0.02, 0.3, 0.55, 0.65, 0.9, 0.99) }).filter(({ a, b }) => a !== b), { maxLength: 20, selector: ({ a, b }) => Math.min(a, b) * 100 + Math.max(a, b) })
  .map((list) => list.map(({ a, b, score }) => pair(a, b, score)));
const shuffled = <T>(list: readonly T[], seed: number): T[] => list.map((value, i) => ({ value, rank: Math.imul(i + 1, seed | 1) >>> 0 })).sort((a, b) => a.rank - b.rank).map(({ value }) => value);

describe('clusters of duplicates', () => {
  it('are the same in whatever order the pairs come, and whichever of two is named first', () => {
    fc.assert(fc.property(judged, fc.integer(), (pairs, seed) => {
      const turned = shuffled(pairs, seed).map(({ a, b, ...rest }, i) => ((seed >> (i % 30)) & 1 ? { a: b, b: a, ...rest } : { a, b, ...rest }));
      expect(clustersOfPairs(turned, about)).toEqual(clustersOfPairs(pairs, about));
    }), { numRuns: 300 });
  });

  it('hold each account once, the kept one first by id, and everyone beside one of the same cluster', () => {
    fc.assert(fc.property(judged, (pairs) => {
      const clusters = clustersOfPairs(pairs, about);
      const ids = clusters.flatMap(({ keep, others }) => [keep, ...others.map(({ id }) => id)]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { keep, others } of clusters) {
        expect(others.length).toBeGreaterThan(0);
        expect(others.map(({ id }) => id)).toEqual(others.map(({ id }) => id).sort());
        for (const other of others) {
          expect(keep < other.id).toBe(true);
          expect(ids).toContain(other.with);
          expect(pairs.some(({ a, b, score }) => score === other.score && [about(a).id, about(b).id].includes(other.id))).toBe(true);
        }
      }
    }));
  });

  it('CNA-5 never bridge two countries, also by way of an account whose country is not known', () => {
    const countryOf = new Map(Array.from({ length: 12 }, (_, owner) => [about(owner).id, about(owner).country]));
    fc.assert(fc.property(judged, (pairs) => {
      for (const { keep, others } of clustersOfPairs(pairs, about)) expect(new Set([keep, ...others.map(({ id }) => id)].map((id) => countryOf.get(id)).filter(Boolean)).size).toBeLessThanOrEqual(1);
    }), { numRuns: 300 });
    // 0: not known; 1: US; 2: CA. The surer pair wins.
    expect(clustersOfPairs([pair(0, 1, 0.9), pair(0, 2, 0.99)], about).map(({ keep, others }) => [keep, ...others.map(({ id }) => id)])).toEqual([['A00', 'A02']]);
  });

  it('are not made of what is as likely not one company', () => expect(clustersOfPairs([pair(0, 3, 0.5)], about)).toEqual([]));

  it('join three that all say so, and not two groups that one bridge holds against the rest', () => {
    expect(clustersOfPairs([pair(0, 3, 0.9), pair(3, 5, 0.9), pair(0, 5, 0.8)], nowhere).map(({ others }) => others.length)).toEqual([2]);
    expect(clustersOfPairs([pair(0, 1, 0.99), pair(2, 3, 0.99), pair(1, 2, 0.7)], nowhere).map(({ keep }) => keep)).toEqual(['A00', 'A02']);
  });

  it('tell the likest one of the cluster and what they have in common', () => {
    expect(clustersOfPairs([pair(0, 3, 0.8), pair(5, 0, 0.9), pair(3, 5, 0.95)], nowhere)).toEqual([
      { keep: 'A00', others: [{ id: 'A03', score: 0.95, with: 'A05', common: '3 and 5' }, { id: 'A05', score: 0.95, with: 'A03', common: '3 and 5' }] },
    ]);
  });
});
