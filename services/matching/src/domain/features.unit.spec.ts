import fc from 'fast-check';
import { FEATURES, addRivals, features, likeness, plausible, type Surroundings } from './features.ts';
import { prepare } from './prepared.ts';
import { profileOf, type CompanyFacts } from './profile.ts';
import { WordRarity } from './word-rarity.ts';

const rarity = new WordRarity(0, () => 0);
const prepared = (facts: Partial<CompanyFacts>) => prepare(profileOf({ name: '', website: '', country: '', ...facts }), (word) => rarity.of(word));
const ALONE: Surroundings = { namesakes: 0, onDomain: 0 };

type Feature = (typeof FEATURES)[number];
function compare(c: Partial<CompanyFacts>, a: Partial<CompanyFacts>, around = ALONE): Record<Feature, number> {
  const row = new Float32Array(FEATURES.length);
  features(prepared(c), prepared(a), around, row);
  return Object.fromEntries(FEATURES.map((name, i) => [name, row[i]])) as Record<Feature, number>;
}

const facts = fc.record({
  name: fc.array(fc.constantFrom('Acme', 'Group', 'International', 'Business', 'Machines', 'IBM', 'North', 'Hospital', 'Canada', '3M', '360', 'Inc.', 'GmbH', 'of', '(ACME)', 'Östra', 'データ'), { maxLength: 5 }).map((words) => words.join(' ')),
  website: fc.constantFrom('', 'acme.com', 'www.acme.com', 'acme.ca', 'lab.acme.com', 'med.acme.com', 'ibm.com', 'acme.co.uk', 'gmail.com'),
  country: fc.constantFrom('', 'US', 'Canada', 'United Kingdom', 'Atlantis'),
});

/** What is of the pair, and not of one of its sides. */
const OF_THE_PAIR = ['core_equal', 'key_equal', 'plain_equal', 'core_sim', 'prefix', 'len_min', 'len_ratio', 'acronym', 'first_word', 'last_word', 'digits', 'site_state', 'label_equal', 'label_sim', 'country', 'cross_tld', 'legal'] as const satisfies readonly Feature[];
/** What is said of the candidate, and the same of the account. */
const SIDES = [['c_missing_site', 'a_missing_site'], ['clabel_cname', 'alabel_aname'], ['clabel_aname', 'alabel_cname'], ['sub_c', 'sub_a'], ['tld_c_country', 'tld_a_country']] as const satisfies readonly (readonly [Feature, Feature])[];

describe('comparisons', () => {
  it('are as many numbers as have names, each a number, whatever is compared', () => {
    fc.assert(fc.property(facts, facts, fc.nat(1000), fc.nat(1000), (c, a, namesakes, onDomain) => {
      const row = new Float32Array(FEATURES.length).fill(Number.NaN);
      features(prepared(c), prepared(a), { namesakes, onDomain }, row);
      expect([...row].every(Number.isFinite)).toBe(true);
    }));
    expect(new Set(FEATURES).size).toBe(FEATURES.length);
    // More numbers than there is room for would be refused, and fewer would leave the last ones at nothing.
    expect(compare({ name: 'Acme', country: 'US' }, { name: 'Acme Hospital', country: 'US' }).left_unit_a).toBe(1);
  });

  it('of a pair are the same either way round', () => {
    const oneForm = facts.filter(({ name }) => !name.includes('('));
    fc.assert(fc.property(oneForm, oneForm, (c, a) => {
      const [there, back] = [compare(c, a), compare(a, c)];
      for (const name of OF_THE_PAIR) expect([name, back[name]]).toEqual([name, there[name]]);
      for (const [ofC, ofA] of SIDES) expect([ofC, back[ofA]]).toEqual([ofC, there[ofC]]);
    }));
  });

  it('of a company with itself find no difference', () => {
    fc.assert(fc.property(facts, (one) => {
      const x = compare(one, one);
      expect([x.left_n_c, x.left_n_a, x.core_sim]).toEqual([0, 0, one.name === '' ? x.core_sim : 1]);
      expect([x.site_state < 0, x.country < 0, x.legal < 0, x.label_equal < 0]).toEqual([false, false, false, false]);
    }));
  });

  it('do not depend on what was compared before', () => {
    fc.assert(fc.property(facts, facts, facts, (c, a, other) => {
      const first = compare(c, a);
      compare(other, c);
      expect(compare(c, a)).toEqual(first);
    }));
  });

  it.each<[string, Partial<CompanyFacts>, Partial<CompanyFacts>, Partial<Record<Feature, number>>]>([
    ['the same site', { name: 'A', website: 'acme.com' }, { name: 'B', website: 'www.acme.com/x' }, { site_state: 3 }],
    ['a part of the other\'s site', { name: 'A', website: 'lab.acme.com' }, { name: 'B', website: 'acme.com' }, { site_state: 2, sub_c: 1, sub_a: 0 }],
    ['two parts of one site', { name: 'A', website: 'lab.acme.com' }, { name: 'B', website: 'med.acme.com' }, { site_state: 1, sub_c: 1, sub_a: 1 }],
    ['other sites', { name: 'A', website: 'acme.com' }, { name: 'B', website: 'globex.com' }, { site_state: -1, label_equal: -1 }],
    ['one label under two suffixes', { name: 'Acme', website: 'acme.com' }, { name: 'Acme', website: 'acme.ca' }, { site_state: -1, label_equal: 1, label_sim: 1 }],
    ['a site not known', { name: 'A', website: 'acme.com' }, { name: 'B', website: 'info@gmail.com' }, { site_state: 0, c_missing_site: 0, a_missing_site: 1 }],
    ['countries', { name: 'A', country: 'Deutschland' }, { name: 'B', country: 'Germany' }, { country: 1, cc_missing: 0 }],
    ['other countries', { name: 'A', country: 'US' }, { name: 'B', country: 'Canada' }, { country: -1 }],
    ['a country not known', { name: 'A', country: 'EMEA' }, { name: 'B', country: 'Canada' }, { country: 0, cc_missing: 1 }],
    ['initials', { name: 'IBM' }, { name: 'International Business Machines' }, { acronym: 2 }],
    ['a legal form', { name: 'Acme GmbH' }, { name: 'Acme AG' }, { core_equal: 1, plain_equal: 0, legal: -1 }],
    ['a country in the name', { name: 'Acme Canada' }, { name: 'Acme Germany' }, { country_in_name: -1, left_country_c: 1, left_country_a: 1 }],
    ['a number in the name', { name: 'Studio 54' }, { name: 'Studio 55' }, { digits: -1 }],
    ['a hospital of it', { name: 'Acme University Hospital' }, { name: 'Acme University' }, { left_unit_c: 1, left_unit_a: 0, same_words: 0 }],
    ['the words in another order', { name: 'Acme North' }, { name: 'North Acme' }, { same_words: 1, core_equal: 0 }],
    ['a former name', { name: 'Google' }, { name: 'Alphabet (formerly Google)' }, { core_equal: 1, form_c: 0, form_a: 1 }],
  ])('say: %s', (_what, c, a, expected) => expect(compare(c, a)).toMatchObject(expected));

  it('say how many have the name and the site, up to where more says no more', () => {
    expect(compare({ name: 'A' }, { name: 'A' }, { namesakes: 3, onDomain: 4 })).toMatchObject({ namesakes: 3, domain_accounts: 4 });
    expect(compare({ name: 'A' }, { name: 'A' }, { namesakes: 9999, onDomain: 9999 })).toMatchObject({ namesakes: 20, domain_accounts: 50 });
  });

  it('say what the others that are compared are like, in whatever order', () => {
    const candidate = prepared({ name: 'Acme North', website: 'acme.com' });
    const accounts = ['Acme North', 'Acme South', 'Globex'].map((name, i) => prepared({ name, website: i === 2 ? 'acme.com' : '' }));
    const rows = (list: typeof accounts): Float32Array[] => {
      const made = list.map((account) => {
        const row = new Float32Array(FEATURES.length);
        features(candidate, account, ALONE, row);
        return row;
      });
      addRivals(list, made);
      return made;
    };
    expect(rows([...accounts].reverse()).reverse()).toEqual(rows(accounts));
    const [first] = rows(accounts) as [Float32Array];
    expect([first[FEATURES.indexOf('rival_site')], first[FEATURES.indexOf('near_n')]]).toEqual([3, 3]);
    expect(first[FEATURES.indexOf('rival_sim')]).toBeCloseTo(likeness('acmenorth', 'acmesouth'), 6);
  });

  it('leave out only what has next to nothing in common', () => {
    const told = (c: Partial<CompanyFacts>, a: Partial<CompanyFacts>): boolean => {
      const row = new Float32Array(FEATURES.length);
      features(prepared(c), prepared(a), ALONE, row);
      return plausible(row);
    };
    expect(told({ name: 'Acme', website: 'acme.com' }, { name: 'Globex', website: 'globex.com' })).toBe(false);
    expect(told({ name: 'Acme', website: 'acme.com' }, { name: 'Globex', website: 'acme.com' })).toBe(true);
    expect(told({ name: 'IBM' }, { name: 'International Business Machines' })).toBe(true);
    expect(told({ name: 'Acme Corp' }, { name: 'Acmee' })).toBe(true);
  });
});
