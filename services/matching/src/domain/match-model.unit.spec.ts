import fc from 'fast-check';
import { FEATURES } from './features.ts';
import { MatchModel, probability, type ModelFile } from './match-model.ts';
import { COMPANY_MODEL, LEAD_MODEL } from './models.ts';

/** A vector as long as FEATURES, with numbers of the sizes that features have, and some of other sizes. */
const vector = fc.array(fc.oneof(fc.constantFrom(-1, 0, 1, 2, 3), fc.double({ min: -1, max: 60, noNaN: true })), { minLength: FEATURES.length, maxLength: FEATURES.length }).map((numbers) => Float32Array.from(numbers));

/** Is x0 more than a half? Then: is x1 more than 2? And one tree that is a leaf. */
const small: ModelFile = {
  version: 'two-trees', features: ['x0', 'x1'], matchAt: 0.5, reviewAt: 0.4, roots: [0, 5],
  feature: [0, -1, 1, -1, -1, -1], threshold: [0.5, 0, 2, 0, 0, 0], left: [1, 0, 3, 0, 0, 0], right: [2, 0, 4, 0, 0, 0], value: [0.2, -1, 0.8, 0.5, 1.5, 0.25],
};

describe('a model of trees', () => {
  it.each([[[0, 9], -0.75], [[0.5, 9], -0.75], [[0.6, 2], 0.75], [[0.6, 3], 1.75]])('of %j says %d', (x, logOdds) => expect(new MatchModel(small).logOdds(Float32Array.from(x))).toBeCloseTo(logOdds, 12));

  it('tells what each comparison added: the change of the average on each step down', () => {
    const { base, added } = new MatchModel(small).waterfall(Float32Array.from([0.6, 3]));
    expect(base).toBeCloseTo(0.45, 12);
    expect(added[0]).toBeCloseTo(0.6, 12);
    expect(added[1]).toBeCloseTo(0.7, 12);
  });

  it.each([['accounts', COMPANY_MODEL], ['leads', LEAD_MODEL]] as const)('the model of %s is about the comparisons as they are made', (_name, model) => {
    expect(model.features).toEqual(FEATURES);
    expect(model.version).not.toBe('');
    expect(model.reviewAt).toBeGreaterThan(0);
    expect(model.reviewAt).toBeLessThanOrEqual(model.matchAt);
    expect(model.matchAt).toBeLessThan(1);
  });

  it.each([['accounts', COMPANY_MODEL], ['leads', LEAD_MODEL]] as const)('the waterfall of %s adds up to the answer, whatever is compared', (_name, model) => {
    fc.assert(fc.property(vector, (x) => {
      const { base, added } = model.waterfall(x);
      expect(added).toHaveLength(FEATURES.length);
      expect(added.reduce((sum, value) => sum + value, base)).toBeCloseTo(model.logOdds(x), 6);
      expect(model.logOdds(x)).toBe(model.logOdds(Float32Array.from(x)));
    }));
  });
});

it('log-odds are a probability', () => {
  expect(probability(0)).toBe(0.5);
  fc.assert(fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (logOdds) => {
    expect(probability(logOdds)).toBeGreaterThan(0);
    expect(probability(logOdds) + probability(-logOdds)).toBeCloseTo(1, 12);
  }));
});
