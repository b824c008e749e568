import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { decideInTurn } from './decide-in-turn.ts';
import type { Account, Candidate, Decision } from './decision.ts';
import { EarlierCandidates } from './earlier-candidates.ts';
import { profileOf, type CompanyFacts } from './profile.ts';
import { BUILT_IN_BLOCKS, type MatchType, type RuleSet } from './rules.ts';
import { indexOver } from '../testing/index-over.ts';
import { WordRarity } from './word-rarity.ts';

const builtIn: RuleSet = { version: 1, blocks: [...BUILT_IN_BLOCKS], builtIn: true };
const facts = (name: string, website = '', country = ''): CompanyFacts => ({ name, website, country });
const accountOf = (accountId: string, { name, website, country }: CompanyFacts): Account => ({ accountId, facts: { name, website, country }, profile: profileOf({ name, website, country }) });
const list = (...companies: CompanyFacts[]): Candidate[] => companies.map((c, i) => ({ id: `co${i}`, ...c }));

const RARITY = new WordRarity(0, () => 0);

interface Planning {
  rules?: RuleSet;
  askedOnly?: ReadonlySet<string>;
}

function decisionsOn(candidates: readonly Candidate[], crm: readonly Account[], { rules = builtIn, askedOnly }: Planning = {}): Decision[] {
  const turns = { rules, earlier: new EarlierCandidates(), askedOnly };
  const find = indexOver(crm);
  return candidates.map((candidate) => {
    const profile = profileOf(candidate);
    return decideInTurn(candidate, profile, find(profile, !rules.builtIn), turns, RARITY);
  });
}

/** Companies that get an account: new, no duplicate, and such as the CRM can take. */
const createdBy = (decisions: readonly Decision[], askedOnly?: ReadonlySet<string>): string[] =>
  decisions.filter((d) => d.verdict === 'new' && d.duplicateOf === '' && !askedOnly?.has(d.candidateId)).map((d) => d.candidateId);

/** The CRM after the plan was written. Ids are the CRM's own: nothing says that later accounts have greater ones. */
function written(candidates: readonly Candidate[], crm: readonly Account[], decisions: readonly Decision[], askedOnly?: ReadonlySet<string>): Account[] {
  const created = new Set(createdBy(decisions, askedOnly));
  const made = candidates.filter((c) => created.has(c.id));
  return [...crm, ...made.map((c, i) => accountOf(`${i % 2 === 0 ? '0' : 'z'}${String(i).padStart(6, '0')}`, { name: c.name.trim(), website: c.website.trim(), country: c.country.trim() }))];
}

// Few values, so that companies meet: same sites and crowded ones, names that agree a little, countries not given.
const company = fc.record({
  name: fc.constantFrom('Acme', 'ACME Inc', 'Acme Group', 'Acme Tool Works', 'Akme', 'Globex', 'Globex Ltd', 'Globex Research Centre', 'Glob', 'Initech', 'GRC', 'アクメ', '!!! ??', 'A\0cme'),
  website: fc.constantFrom('', 'acme.com', 'www.acme.com', 'acme.ca', 'acme.co.uk', 'eu.acme.com', 'lab.acme.com', 'globex.com', 'gmail.com', ' acme.com '),
  country: fc.constantFrom('', 'US', 'USA', 'Canada', 'Japan', 'EMEA'),
});
const companies = (maxLength: number) => fc.array(company, { maxLength });
const types: MatchType[] = ['strict', 'normalised-name', 'domain-and-subdomain', 'domain'];
const ownRules = fc.array(fc.record({ first: fc.constantFrom(...types), more: fc.constantFrom<MatchType[]>([], ['similar-name'], ['domain-not-different']), ignoreCountry: fc.boolean() }), { minLength: 1, maxLength: 3 })
  .map((blocks): RuleSet => ({ version: 2, builtIn: false, blocks: blocks.map((b, i) => ({ name: `b${i}`, allOf: [b.first, ...b.more], ignoreCountry: b.ignoreCountry })) }));

describe('a list of candidates', () => {
  it('CNA-7 finds two spellings of one company, and names the first of them with the comparison', () => {
    const [first, second] = decisionsOn(list(facts('Apple Inc.', 'www.apple.com', 'USA'), facts('Apple Computer, Inc', 'https://apple.com/', 'United States')), []);
    expect(first).toMatchObject({ verdict: 'new', duplicateOf: '', rule: '' });
    expect(second).toMatchObject({ verdict: 'new', duplicateOf: 'co0', accountId: '', rule: 'site' });
    expect(second?.evidence.find((e) => e.comparison === 'name')).toMatchObject({ candidateValue: 'Apple Computer, Inc', accountValue: 'Apple Inc.' });
    expect(second?.reason).toContain('"Apple Inc." (co0), earlier in this list');
  });

  it('CNA-7 tells different companies apart, as it does with accounts', () => {
    const apart = [[facts('ACME', 'acme.ca', 'Canada'), facts('ACME', 'acme.com', 'USA')], [facts('Marion County', 'marioncountytx.gov', 'US'), facts('Marion County', 'marioncountyor.gov', 'US')]];
    for (const pair of apart) expect(decisionsOn(list(...pair), []).map((d) => [d.verdict, d.duplicateOf])).toEqual([['new', ''], ['new', '']]);
    const same = [[facts('Globex', '', 'DE'), facts('Globex GmbH', 'globex.de', 'DE')], [facts('Globex Corp.', 'globex.com', 'DE'), facts('GLOBEX Corporation', 'www.globex.com', 'Deutschland')]];
    for (const pair of same) expect(decisionsOn(list(...pair), [])[1]?.duplicateOf).toBe('co0');
  });

  it('CNA-7 leaves one to a person that may be the same as an earlier one', () => {
    const careful = { ...builtIn, matchAt: 0.9999, reviewAt: 0.1 };
    const [, second] = decisionsOn(list(facts('Northwind Traders', 'northwind.com', 'US'), facts('Contoso Pharmaceuticals', 'northwind.com', 'US')), [], { rules: careful });
    expect(second).toMatchObject({ verdict: 'review', duplicateOf: '', otherCandidates: [] });
    expect(second?.reason).toContain('"Northwind Traders" (co0), earlier in this list, may be the same company');
  });

  it('CNA-7 goes by the workspace\'s own blocks among candidates too', () => {
    const rules: RuleSet = { version: 2, builtIn: false, blocks: [{ name: 'domain', allOf: ['domain'], ignoreCountry: true }] };
    const decisions = decisionsOn(list(facts('Contoso', 'shared.org', 'US'), facts('Northwind', 'www.shared.org', 'FR'), facts('Contoso', '', 'US')), [], { rules });
    expect(decisions.map((d) => d.duplicateOf)).toEqual(['', 'co0', '']);
  });

  it('CNA-7 holds nothing against a company that gets no account', () => {
    const candidates = list(facts('Acme', 'acme.com', 'US'), facts('Acme Inc', 'acme.com', 'US'), facts('ACME', 'acme.com', ''));
    expect(decisionsOn(candidates, [], { askedOnly: new Set(['co0']) }).map((d) => d.duplicateOf)).toEqual(['', '', 'co1']);
  });

  it('CNA-7 finds every account again that was created, whatever the CRM held, without any link', () => {
    fc.assert(fc.property(companies(10), companies(14), fc.array(fc.nat(13), { maxLength: 3 }), (held, named, refused) => {
      const crm = held.map((c, i) => accountOf(`00${i}`, c));
      const candidates = list(...named);
      const askedOnly = new Set(refused.map((i) => `co${i}`));
      const plan = decisionsOn(candidates, crm, { askedOnly });
      const created = new Set(createdBy(plan, askedOnly));
      const again = decisionsOn(candidates, written(candidates, crm, plan, askedOnly), { askedOnly });
      expect(again.filter((d) => created.has(d.candidateId) && d.verdict !== 'match')).toEqual([]);
    }), { numRuns: 100 });
  });

  it('CNA-7 has nothing new in it once it was written by a workspace\'s own rules, with the links of what was created', () => {
    fc.assert(fc.property(companies(8), companies(12), ownRules, (held, named, rules) => {
      const crm = held.map((c, i) => accountOf(`00${i}`, c));
      const candidates = list(...named);
      const plan = decisionsOn(candidates, crm, { rules });
      const linked = new Set(createdBy(plan));
      expect(createdBy(decisionsOn(candidates.filter((c) => !linked.has(c.id)), written(candidates, crm, plan), { rules }))).toEqual([]);
    }), { numRuns: 100 });
  });

  it('leaves to a person what stands in the CRM so often that its own account would not be found again', () => {
    const crm = Array.from({ length: 201 }, (_, i) => accountOf(`00${i}`, facts('University', '', 'US')));
    expect(decisionsOn(list(facts('University', '', 'US')), crm)).toMatchObject([{ verdict: 'review', reason: expect.stringContaining('More companies share its site or its name') }]);
    expect(decisionsOn(list(facts('University', '', 'US')), crm.slice(1))).toMatchObject([{ verdict: 'match', rule: 'strict' }]);
  });
});

describe('a list of 600 real companies', () => {
  const rows = (file: string) => parse(readFileSync(new URL(`../../../../tests/data/companies/${file}`, import.meta.url)), { columns: true }) as Record<string, string>[];
  const named = (row: Record<string, string>): CompanyFacts => ({ name: row['name'] ?? '', website: row['website'] ?? '', country: row['country'] ?? '' });
  const candidates = rows('candidates.csv').slice(0, 600).map((row) => ({ id: row['candidate_id'] ?? '', ...named(row) }));
  const crm = rows('crm_accounts.csv').slice(0, 3_000).map((row) => accountOf(row['account_id'] ?? '', named(row)));

  // What surrounds two companies is compared, too, and the accounts that were created surround them: one that was
  // left out as a duplicate, or left to a person, may rarely be told apart afterwards.
  it.each([['the CRM as it is', crm], ['an empty CRM', []]])('CNA-7 has next to nothing new in it once it was planned and written into %s, without any link', (_, held: Account[]) => {
    const plan = decisionsOn(candidates, held);
    const created = createdBy(plan);
    expect(created.length).toBeGreaterThan(300);
    const there = written(candidates, held, plan);
    for (const again of [decisionsOn(candidates, there), decisionsOn([...candidates].reverse(), there)]) {
      expect(again.filter((d) => created.includes(d.candidateId) && d.verdict !== 'match')).toEqual([]);
      expect(createdBy(again).length).toBeLessThanOrEqual(2);
    }
  });

  it('CNA-8 still calls new what it called new, while every other of them is being written', () => {
    const created = createdBy(decisionsOn(candidates, crm));
    const there = new Set(created.filter((_, i) => i % 2 === 0));
    const meanwhile = [...crm, ...candidates.filter((c) => there.has(c.id)).map((c) => accountOf(`x${c.id}`, c))];
    const waiting = candidates.filter((c) => created.includes(c.id) && !there.has(c.id));
    expect(waiting.length - createdBy(decisionsOn(waiting, meanwhile)).length).toBeLessThanOrEqual(2);
  });
});
