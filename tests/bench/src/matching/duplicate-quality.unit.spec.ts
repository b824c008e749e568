import { pairQuality, type Pair } from './duplicate-quality.ts';

const pairs = (...ids: [string, string][]): Pair[] => ids.map(([a, b]) => ({ a, b, score: 1 }));

describe('precision and recall of duplicates', () => {
  it('are whole when the same accounts are joined, whichever of them is called the original', () => {
    expect(pairQuality(pairs(['b', 'a'], ['b', 'c']), pairs(['b', 'a'], ['c', 'a']))).toEqual({ f1: 1, precision: 1, recall: 1 });
  });

  it('count every pair of a cluster', () => {
    // Of the three pairs of a, b and c one is found, and one that is none.
    expect(pairQuality(pairs(['a', 'b'], ['x', 'y']), pairs(['b', 'a'], ['c', 'a']))).toEqual({ f1: 2 / 5, precision: 1 / 2, recall: 1 / 3 });
  });

  it('charge a wrong pair that joins two clusters for all pairs that it makes', () => {
    const { precision, recall } = pairQuality(pairs(['a', 'b'], ['c', 'd'], ['b', 'c']), pairs(['a', 'b'], ['c', 'd']));
    expect([precision, recall]).toEqual([2 / 6, 1]);
  });

  it('are nothing where nothing is found', () => {
    expect(pairQuality([], pairs(['a', 'b']))).toEqual({ f1: 0, precision: 0, recall: 0 });
  });
});
