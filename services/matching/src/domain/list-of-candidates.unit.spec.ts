import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { decideInTurn } from './decide-in-turn.ts';
import type { Account, Candidate, Decision } from './decision.ts';
import { EarlierCandidates } from './earlier-candidates.ts';
import { MOST_PER_KEY, type FoundAccounts } from './neighbours.ts';
import { profileOf, type CompanyFacts } from './profile.ts';
import { BUILT_IN_BLOCKS, type MatchType, type RuleSet } from './rules.ts';

const builtIn: RuleSet = { version: 1, blocks: [...BUILT_IN_BLOCKS], builtIn: true };
const facts = (name: string, website = '', country = ''): CompanyFacts => ({ name, website, country });
const accountOf = (accountId: string, { name, website, country }: CompanyFacts): Account => ({ accountId, facts: { name, website, country }, profile: profileOf({ name, website, country }) });
const list = (...companies: CompanyFacts[]): Candidate[] => companies.map((c, i) => ({ id: `co${i}`, ...c }));

/** What the index finds among these accounts: by key, the smallest CRM ids first, one more than can be compared. */
function foundAmong(accounts: readonly Account[]): FoundAccounts {
  const sorted = [...accounts].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const by = (key: (account: Account) => string, most: number) => {
    const groups = new Map<string, Account[]>();
    for (const account of sorted) {
      const group = groups.get(key(account)) ?? [];
      if (key(account) !== '' && group.length <= most) groups.set(key(account), [...group, account]);
    }
    return groups;
  };
  return { byDomain: by((a) => a.profile.domain, MOST_PER_KEY.domain), byHost: by((a) => a.profile.host, MOST_PER_KEY.host), byName: by((a) => a.profile.nameKey, MOST_PER_KEY.name) };
}

interface Planning {
  rules?: RuleSet;
  askedOnly?: ReadonlySet<string>;
}

function decisionsOn(candidates: readonly Candidate[], crm: readonly Account[], { rules = builtIn, askedOnly }: Planning = {}): Decision[] {
  const turns = { rules, earlier: new EarlierCandidates(), askedOnly };
  const found = foundAmong(crm);
  return candidates.map((candidate) => decideInTurn(candidate, profileOf(candidate), found, turns));
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
    expect(second).toMatchObject({ verdict: 'new', duplicateOf: 'co0', accountId: '', rule: 'domain', evidence: [{ comparison: 'name', accountValue: 'Apple Inc.' }, { outcome: 'equal' }, { outcome: 'equal' }] });
    expect(second?.reason).toContain('"Apple Inc." (co0), earlier in this list');
  });

  it('CNA-7 tells different companies apart, as it does with accounts', () => {
    const apart = [[facts('ACME', 'acme.ca', 'Canada'), facts('ACME', 'acme.com', 'USA')], [facts('Marion County', 'marioncountytx.gov', 'US'), facts('Marion County', 'marioncountyor.gov', 'US')]];
    for (const pair of apart) expect(decisionsOn(list(...pair), []).map((d) => [d.verdict, d.duplicateOf])).toEqual([['new', ''], ['new', '']]);
    const same = [[facts('Globex', '', 'DE'), facts('Globex GmbH', 'globex.de', 'DE')], [facts('Globex Corp.', 'globex.com', 'DE'), facts('GLOBEX Corporation', 'www.globex.com', 'Deutschland')]];
    for (const pair of same) expect(decisionsOn(list(...pair), [])[1]?.duplicateOf).toBe('co0');
  });

  it('CNA-7 leaves one to a person that may be the same as an earlier one', () => {
    const [, second] = decisionsOn(list(facts('Northwind Traders', 'northwind.com', 'US'), facts('Contoso Pharmaceuticals', 'northwind.com', 'US')), []);
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

  it('CNA-7 has nothing new in it once it was planned and written, whatever the CRM held', () => {
    fc.assert(fc.property(companies(10), companies(14), fc.array(fc.nat(13), { maxLength: 3 }), (held, named, refused) => {
      const crm = held.map((c, i) => accountOf(`00${i}`, c));
      const candidates = list(...named);
      const askedOnly = new Set(refused.map((i) => `co${i}`));
      const plan = decisionsOn(candidates, crm, { askedOnly });
      const again = decisionsOn(candidates, written(candidates, crm, plan, askedOnly), { askedOnly });
      expect(createdBy(again, askedOnly)).toEqual([]);
    }), { numRuns: 2_000 });
  });

  it('CNA-7 has nothing new in it once it was written by a workspace\'s own rules, with the links of what was created', () => {
    fc.assert(fc.property(companies(8), companies(12), ownRules, (held, named, rules) => {
      const crm = held.map((c, i) => accountOf(`00${i}`, c));
      const candidates = list(...named);
      const plan = decisionsOn(candidates, crm, { rules });
      const linked = new Set(createdBy(plan));
      expect(createdBy(decisionsOn(candidates.filter((c) => !linked.has(c.id)), written(candidates, crm, plan), { rules }))).toEqual([]);
    }), { numRuns: 1_000 });
  });

  it('CNA-8 still calls new what it called new, while the others are being written in any order', () => {
    fc.assert(fc.property(companies(8), companies(12), fc.integer(), (held, named, some) => {
      const crm = held.map((c, i) => accountOf(`00${i}`, c));
      const candidates = list(...named);
      const created = createdBy(decisionsOn(candidates, crm));
      const there = candidates.filter((c, i) => created.includes(c.id) && (some >> (i % 30)) & 1);
      const meanwhile = [...crm, ...there.map((c) => accountOf(`x${c.id}`, c))];
      const waiting = candidates.filter((c) => created.includes(c.id) && !there.includes(c));
      expect(createdBy(decisionsOn(waiting, meanwhile))).toEqual(waiting.map((c) => c.id));
    }), { numRuns: 1_000 });
  });

  it('leaves to a person what has too much like it to be compared, before and after the rest is written', () => {
    const crm = ['One', 'Two', 'Three'].map((name, i) => accountOf(`00${i}`, facts(name, 'crowd.com', 'US')));
    const letters = 'bcdfghjklmnpqrstvwxz';
    const named = Array.from({ length: 400 }, (_, i) => `${letters[i % 20]}${letters[Math.floor(i / 20)]}`.repeat(3));
    const candidates = list(...named.map((name) => facts(name, 'crowd.com', 'US')));
    const plan = decisionsOn(candidates, crm);
    expect(createdBy(plan).length).toBe(MOST_PER_KEY.domain - 2);
    expect(plan.at(-1)).toMatchObject({ verdict: 'review', reason: expect.stringContaining('More companies share its site') });
    expect(createdBy(decisionsOn(candidates, written(candidates, crm, plan)))).toEqual([]);
  });
});

describe('a list of 3,000 real companies', () => {
  const rows = (file: string) => parse(readFileSync(new URL(`../../../../tests/data/companies/${file}`, import.meta.url)), { columns: true }) as Record<string, string>[];
  const named = (row: Record<string, string>): CompanyFacts => ({ name: row['name'] ?? '', website: row['website'] ?? '', country: row['country'] ?? '' });
  const candidates = rows('candidates.csv').slice(0, 3_000).map((row) => ({ id: row['candidate_id'] ?? '', ...named(row) }));
  const crm = rows('crm_accounts.csv').map((row) => accountOf(row['account_id'] ?? '', named(row)));

  it.each([['the CRM as it is', crm], ['an empty CRM', []]])('CNA-7 has nothing new in it once it was planned and written into %s, links or no links', (_, held: Account[]) => {
    const plan = decisionsOn(candidates, held);
    expect(createdBy(plan).length).toBeGreaterThan(1_000);
    expect(createdBy(decisionsOn(candidates, written(candidates, held, plan)))).toEqual([]);
    expect(createdBy(decisionsOn([...candidates].reverse(), written(candidates, held, plan)))).toEqual([]);
  });
});
