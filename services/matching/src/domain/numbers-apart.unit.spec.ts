import { numbersApart } from './numbers-apart.ts';
import { profileOf } from './profile.ts';

const apart = (a: string, b: string, site = ''): boolean => numbersApart(profileOf({ name: a, website: site, country: '' }), profileOf({ name: b, website: site, country: '' }));

describe('numbers in names', () => {
  it.each([['Works 7', 'Works 17'], ['DR Paris 6', 'DR Paris 11'], ['Studio 54 Ltd', 'Studio 45'], ['Lycée 2', 'Lycee 3']])('%s and %s are two', (a, b) => {
    expect([apart(a, b), apart(b, a)]).toEqual([true, true]);
  });

  it.each([['3M Company', '3M'], ['Works 7', 'Works'], ['Acme', 'Acme Ltd'], ['Area 51 24', 'Area 24 51']])('%s and %s may be one', (a, b) => expect(apart(a, b)).toBe(false));

  it('do not tell apart what one site holds together', () => expect(apart('Works 7', 'Works 17', 'works.com')).toBe(false));
});
