import fc from 'fast-check';
import { readName } from './company-name.ts';
import { countryCode } from './country.ts';
import { decide } from './decide.ts';
import type { Account } from './decision.ts';
import { exactClusters } from './exact-clusters.ts';
import { NOBODY } from './found.ts';
import { compareNames } from './name-similarity.ts';
import { profileOf, type CompanyFacts } from './profile.ts';
import { BUILT_IN_BLOCKS, type RuleSet } from './rules.ts';
import { indexOver } from '../testing/index-over.ts';
import { readSite } from './website.ts';
import { WordRarity } from './word-rarity.ts';

const builtIn: RuleSet = { version: 1, blocks: [...BUILT_IN_BLOCKS], builtIn: true };
const facts = (name: string, website = '', country = ''): CompanyFacts => ({ name, website, country });
const account = (accountId: string, f: CompanyFacts): Account => ({ accountId, facts: f, profile: profileOf(f) });
const nameOf = (name: string) => readName(name).forms[0]?.tokens.join(' ');

describe('company names', () => {
  it.each([
    ['Apple Inc.', 'apple'], ['Apple Computer, Inc', 'apple computer'], ['The Coca-Cola Company', 'coca cola'], ['Müller GmbH & Co. KG', 'muller'], ['Société Générale S.A.', 'societe generale'], ['A/S Foo A/S', 'foo'],
    ['Consorcio ARA S. A. B. de C. V.', 'consorcio ara'], ['株式会社ケツト科学研究所', 'ketsutokexueyanjiusuo'], ['J.P. Morgan', 'jp morgan'], ['AT&T Inc', 'at and t'], ['Shape Robotics (Denmark)', 'shape robotics'], ['www.realtek.com', 'realtek'],
    ['[DNU] InfraStrata plc', 'infrastrata'], ['Company', 'company'], ['The', 'the'], ['ＡＣＭＥ　Ｌｔｄ', 'acme'], ['Booking.com B.V.', 'booking com'], ['Foo Sp. z o.o.', 'foo'], ['Kone Oyj', 'kone'], ['Acme Pty Ltd', 'acme'],
  ])('%s comes down to "%s"', (name, expected) => expect(nameOf(name)).toBe(expected));

  it('is never nothing, unless the name is blank', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
      const read = readName(name);
      expect(read.key === '').toBe(read.plain === '');
      expect(read.forms.length === 0).toBe(read.plain === '');
    }));
  });

  it('is the same in capitals', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcxyzéüßøæłñçşğı .&-\'жяλω1'), maxLength: 30 });
    fc.assert(fc.property(letters, (name) => expect(readName(name.toUpperCase()).key).toBe(readName(name).key)));
  });

  it('compares the same either way round', () => {
    const word = fc.constantFrom('apple', 'computer', 'group', 'north', 'wind', 'mgt', 'management', 'of', 'inc', 'ibm', 'Östra', 'データ');
    const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((w) => profileOf(facts(w.join(' '))));
    fc.assert(fc.property(name, name, (a, b) => expect(compareNames(a, b)).toEqual(compareNames(b, a))));
  });
});

describe('sites and countries', () => {
  it.each([
    ['https://www.Acme.co.uk:8080/x?y#z', 'acme.co.uk'], ['acme.github.io', 'acme.github.io'], ['info@foo.com', 'foo.com'], ['HTTP://WWW.X-Y.FR', 'x-y.fr'], ['münchen.de', 'xn--mnchen-3ya.de'],
    ['github.io', ''], ['https://www.linkedin.com/company/acme', ''], ['sites.google.com/view/acme', ''], ['acme@gmail.com', ''], ['http://', ''], ['n/a', ''], ['10.0.0.1', ''], ['intranet', ''], ['foo.notatld', ''],
  ])('%s belongs to "%s"', (website, domain) => expect(readSite(website).domain).toBe(domain));

  it.each([
    ['USA', 'US'], ['U.S.A.', 'US'], ['us', 'US'], ['United States of America', 'US'], ['UK', 'GB'], ['England', 'GB'], ['Deutschland', 'DE'], ['Germany (DE)', 'DE'], ['Holland', 'NL'], ['Korea', 'KR'], ['Korea, Republic of', 'KR'],
    ['Hong Kong S.A.R., China', 'HK'], ["People's Republic of China", 'CN'], ['France métropolitaine', 'FR'], ['Türkiye', 'TR'], ['JPN', 'JP'], ['日本', 'JP'], ['EMEA', ''], ['-', ''], ['N/A', ''], ['Atlantis', ''],
  ])('%s is %s', (country, code) => expect(countryCode(country)).toBe(code));
});

describe('decisions', () => {
  const rarity = new WordRarity(0, () => 0);
  const ask = (asked: CompanyFacts, crm: readonly Account[], rules = builtIn) => decide({ id: 'c', ...asked }, profileOf(asked), { crm: indexOver(crm)(profileOf(asked)), earlier: NOBODY, rarity }, rules);

  it('CNA-4 matches Apple Inc. with Apple Computer, Inc on its site in its country', () => {
    const crm = [account('1', facts('Apple Computer, Inc', 'www.apple.com', 'USA'))];
    const decision = ask(facts('Apple Inc.', 'apple.com', 'U.S.A.'), crm);
    expect(decision).toMatchObject({ verdict: 'match', accountId: '1', rule: 'site', modelVersion: expect.any(String) });
  });

  it('shows what each comparison added: together the log-odds of the score', () => {
    for (const asked of [facts('Apple Inc.', 'apple.com', 'U.S.A.'), facts('Apple Computer, Inc', 'apple.com', 'US'), facts('Pear', 'apple.com', 'US'), facts('Apple Valley School', '', 'US')]) {
      const { evidence, score } = ask(asked, [account('1', facts('Apple Computer, Inc', 'www.apple.com', 'USA'))]);
      expect(1 / (1 + Math.exp(-evidence.reduce((sum, e) => sum + e.contribution, 0)))).toBeCloseTo(score, 3);
      expect(evidence.slice(0, 4).map((e) => e.comparison)).toEqual(['base', 'name', 'website', 'country']);
    }
  });

  it('CNA-6 goes by a workspace\'s thresholds', () => {
    const crm = [account('1', facts('Apple Computer, Inc', 'www.apple.com', 'USA'))];
    const asked = facts('Apple Inc.', 'apple.com', 'U.S.A.');
    expect(ask(asked, crm, { ...builtIn, matchAt: 0.99999 })).toMatchObject({ verdict: 'review', accountId: '' });
    expect(ask(asked, crm, { ...builtIn, matchAt: 0.99999, reviewAt: 0.99999 })).toMatchObject({ verdict: 'new' });
  });

  const company = fc.record({
    name: fc.constantFrom('Acme', 'ACME Inc', 'Acme Group', 'Globex', 'Globex Ltd', 'Initech'), website: fc.constantFrom('', 'acme.com', 'www.acme.com', 'acme.ca', 'eu.acme.com', 'lab.acme.com', 'globex.com'), country: fc.constantFrom('', 'US', 'Canada', 'Japan'),
  });
  const shuffled = <T>(list: T[], seed: number): T[] => list.map((value, i) => ({ value, rank: Math.imul(i + 1, seed | 1) >>> 0 })).sort((a, b) => a.rank - b.rank).map(({ value }) => value);

  it('is the same in whatever order the accounts come', () => {
    fc.assert(fc.property(company, fc.uniqueArray(company, { maxLength: 8, comparator: () => false }), fc.integer(), (candidate, companies, seed) => {
      const crm = companies.map((c, i) => account(`00${i}`, c));
      expect(ask(candidate, shuffled(crm, seed))).toEqual(ask(candidate, crm));
    }));
  });

  it('CNA-6 clusters what a workspace\'s own blocks hold for in whatever order it comes, and never two countries', () => {
    const pair = fc.record({ a: fc.nat(7), b: fc.nat(7), score: fc.constantFrom(0.2, 0.7, 0.9), common: fc.constant('same name') }).filter(({ a, b }) => a !== b);
    fc.assert(fc.property(fc.array(pair, { maxLength: 12 }), fc.array(fc.constantFrom('', 'US', 'CA'), { minLength: 8, maxLength: 8 }), fc.integer(), (pairs, countries, seed) => {
      const clusters = exactClusters(pairs, (owner) => ({ id: `0${owner}`, country: countries[owner] as string }));
      expect(exactClusters(shuffled(pairs, seed), (owner) => ({ id: `0${owner}`, country: countries[owner] as string }))).toEqual(clusters);
      for (const { keep, others } of clusters) expect(new Set([keep, ...others.map((o) => o.id)].map((id) => countries[Number(id)]).filter(Boolean)).size).toBeLessThanOrEqual(1);
    }));
  });
});
