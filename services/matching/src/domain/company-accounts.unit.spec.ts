import fc from 'fast-check';
import { indexOver } from '../testing/index-over.ts';
import { accountsOf, type AskedAbout } from './company-accounts.ts';
import { decide } from './decide.ts';
import { NOBODY } from './found.ts';
import { profileOf } from './profile.ts';
import { BUILT_IN_BLOCKS, type RuleSet } from './rules.ts';
import { WordRarity } from './word-rarity.ts';

const RARITY = new WordRarity(0, () => 0);
const BUILT_IN: RuleSet = { version: 1, blocks: [...BUILT_IN_BLOCKS], builtIn: true };
const BY_NAME: RuleSet = { version: 2, builtIn: false, blocks: [{ name: 'same site', allOf: ['strict'], ignoreCountry: false }, { name: 'same name', allOf: ['normalised-name'], ignoreCountry: true }] };

type Written = readonly [name: string, website: string, country: string];
const facts = ([name, website, country]: Written) => ({ name, website, country });
const crmOf = (accounts: Record<string, Written>) => Object.entries(accounts).map(([accountId, written]) => ({ accountId, facts: facts(written), profile: profileOf(facts(written)) }));

function asked(company: Written, accounts: Record<string, Written>, rules: RuleSet, more: Partial<AskedAbout> = {}) {
  const profile = profileOf(facts(company));
  return { profile, crm: indexOver(crmOf(accounts))(profile, !rules.builtIn), rarity: RARITY, link: undefined, said: undefined, ...more };
}
const ids = (company: Written, accounts: Record<string, Written>, rules = BUILT_IN, more: Partial<AskedAbout> = {}): string[] => accountsOf(asked(company, accounts, rules, more), rules).map((one) => one.accountId);

const ACME: Written = ['Acme Robotics Inc.', 'acmerobotics.com', 'US'];

it('PSN-6 gives every account that the company is, in the order of ids', () => {
  expect(ids(ACME, { '001B': ACME, '001A': ACME, '001C': ['Somebody Else', 'else.com', 'US'] })).toEqual(['001A', '001B']);
});

it('CNA-5 gives none in another country', () => {
  expect(ids(ACME, { '001A': ['Acme Robotics Inc.', 'acmerobotics.com', 'DE'] })).toEqual([]);
});

it('gives the linked account whatever it is called, and those that are the company by themselves', () => {
  const link = { accountId: '001Z', origin: 'created' };
  expect(accountsOf(asked(ACME, { '001A': ACME }, BUILT_IN, { link }), BUILT_IN)).toMatchObject([{ accountId: '001A', rule: 'strict' }, { accountId: '001Z', rule: 'link', score: 1 }]);
  expect(ids(ACME, { '001Z': ACME }, BUILT_IN, { link })).toEqual(['001Z']);
});

it('gives none of which a person said that it is another company', () => {
  expect(ids(ACME, { '001A': ACME, '001B': ACME }, BUILT_IN, { said: { not: new Set(['001A']), sameAs: '' } })).toEqual(['001B']);
});

it('by a workspace’s own rules gives every account that a block holds for, by the first that does', () => {
  const found = accountsOf(asked(ACME, { '001A': ACME, '001B': ['ACME ROBOTICS', 'other.com', 'DE'], '001C': ['Acme Holding', 'acme.com', 'US'] }, BY_NAME), BY_NAME);
  expect(found.map(({ accountId, rule }) => [accountId, rule])).toEqual([['001A', 'same site'], ['001B', 'same name']]);
});

it('gives none to a company without anything to compare', () => {
  expect(ids(['', '', 'US'], { '001A': ['', '', 'US'] })).toEqual([]);
});

const word = fc.constantFrom('Acme', 'Acme Robotics', 'Robotics', 'Northwind Traders', 'Northwind');
const written = fc.tuple(word, fc.constantFrom('', 'acme.com', 'northwind.com', 'robotics.acme.com'), fc.constantFrom('', 'US', 'DE'));

it('agrees with the decision about the company: a match is one of them, and where none is matched there are none', () => {
  fc.assert(fc.property(written, fc.array(written, { maxLength: 8 }), fc.boolean(), (company, accounts, builtIn) => {
    const rules = builtIn ? BUILT_IN : BY_NAME;
    const about = asked(company, Object.fromEntries(accounts.map((one, i) => [`001${i}`, one])), rules);
    const decision = decide({ id: 'c', ...facts(company) }, about.profile, { crm: about.crm, earlier: NOBODY, rarity: RARITY }, rules);
    const found = accountsOf(about, rules).map((one) => one.accountId);
    if (decision.verdict === 'match') expect(found).toContain(decision.accountId);
    else expect(found).toEqual([]);
  }), { numRuns: 200 });
});
