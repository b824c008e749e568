import { judgedPairs, shareOfDuplicates, toldApartInBrackets, type FoundPair } from './duplicate-pairs.ts';
import { clustersOfPairs } from './pair-clusters.ts';
import { profileOf } from './profile.ts';

const pair = (a: number, b: number, score: number): FoundPair => ({ a, b, score, common: 'same name' });
const bothWays = (a: number, b: number, score: number): FoundPair[] => [pair(a, b, score), pair(b, a, score)];
const named = (name: string) => profileOf({ name, website: '', country: '' });
const about = (owner: number) => ({ id: `A${owner}`, country: '' });
const idsOf = (pairs: FoundPair[], of: (owner: number) => { id: string; country: string } = about): string[][] => clustersOfPairs(pairs, of).map(({ keep, others }) => [keep, ...others.map((o) => o.id)]);

describe('the share of accounts that have a duplicate', () => {
  it('is what the scores say, however many have one', () => {
    for (const share of [0.02, 0.1, 0.4]) {
      const certain = Array.from({ length: 10_000 * share }, () => 0.9999);
      expect(shareOfDuplicates(certain, 10_000)).toBeCloseTo(share, 1);
    }
  });

  it('is the same to the last bit whatever the order, and never more than the model was taught with', () => {
    const scores = Array.from({ length: 5_000 }, (_, i) => ((i * 7919) % 4_999) / 5_000 + 0.0001);
    expect(shareOfDuplicates([...scores].reverse(), 20_000)).toBe(shareOfDuplicates(scores, 20_000));
    expect(shareOfDuplicates(Array.from({ length: 1_000 }, () => 0.9999), 1_000)).toBeLessThanOrEqual(0.55);
  });
});

describe('a pair of accounts', () => {
  it('is judged from both sides: what one side alone is sure of is not sure', () => {
    const [both] = judgedPairs(bothWays(1, 2, 0.999), 1_000);
    const [one] = judgedPairs([pair(1, 2, 0.999)], 1_000);
    expect(both?.score).toBeGreaterThan(0.7);
    expect(one?.score).toBeLessThan(0.1);
  });

  it('must be surer where few accounts have a duplicate', () => {
    const many = Array.from({ length: 400 }, (_, i) => bothWays(10 + 2 * i, 11 + 2 * i, 0.9999)).flat();
    const scoreOf = (found: FoundPair[]): number => judgedPairs([...bothWays(1, 2, 0.9), ...found], 1_000).find((p) => p.a === 1)?.score ?? 0;
    expect(scoreOf([])).toBeLessThan(scoreOf(many));
  });

  it.each([
    ['Asian Hotels (East) Limited', 'Asian Hotels (West) Limited', true],
    ['Springer Nature (Beijing, China)', 'Springer Nature (Nanjing, China)', true],
    ['Asian Hotels (East) Limited', 'ASIAN HOTELS (EAST) LTD', false],
    ['Asian Hotels (East) Limited', 'Asian Hotels', false],
    ['Northwind (Italy)', 'Northwind (Italy) SpA', false],
    ['Acme (formerly Foo Bar)', 'Acme', false],
  ])('%s and %s told apart in brackets: %s', (x, y, apart) => {
    expect(toldApartInBrackets(named(x), named(y))).toBe(apart);
    expect(toldApartInBrackets(named(y), named(x))).toBe(apart);
  });
});

describe('clusters of duplicates', () => {
  it('keep the smallest id and name, for each other, the one it is likest to', () => {
    const [cluster] = clustersOfPairs([pair(1, 2, 0.9), pair(2, 3, 0.99), pair(1, 3, 0.8)], about);
    expect(cluster).toEqual({ keep: 'A1', others: [{ id: 'A2', score: 0.99, with: 'A3', common: 'same name' }, { id: 'A3', score: 0.99, with: 'A2', common: 'same name' }] });
  });

  it('are not joined by one bridge that everything else speaks against', () => {
    expect(idsOf([pair(1, 2, 0.99), pair(2, 3, 0.9)])).toEqual([['A1', 'A2']]);
    expect(idsOf([pair(1, 2, 0.99), pair(2, 3, 0.9), pair(1, 3, 0.6)])).toEqual([['A1', 'A2', 'A3']]);
  });

  it('leave out what is likely but not sure', () => {
    expect(idsOf([pair(1, 2, 0.55)])).toEqual([]);
  });

  it('CNA-5 hold one country, and those whose country is not known', () => {
    const countries = ['', 'US', '', 'CA'];
    const of = (owner: number) => ({ id: `A${owner}`, country: countries[owner] as string });
    expect(idsOf([pair(1, 2, 0.99), pair(2, 3, 0.98), pair(1, 3, 0.97)], of)).toEqual([['A1', 'A2']]);
  });

  it('are the same whatever the order in which pairs come', () => {
    const pairs = [pair(1, 2, 0.9), pair(2, 3, 0.9), pair(3, 4, 0.9), pair(1, 3, 0.8), pair(5, 6, 0.99)];
    expect(idsOf([...pairs].reverse())).toEqual(idsOf(pairs));
  });
});
