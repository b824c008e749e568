import fc from 'fast-check';
import { indexOver } from '../testing/index-over.ts';
import { decide } from './decide.ts';
import type { Account, Candidate } from './decision.ts';
import { NOBODY } from './found.ts';
import { profileOfCandidate } from './lead.ts';
import { profileOf } from './profile.ts';
import { BUILT_IN_BLOCKS, type RuleSet } from './rules.ts';
import { TIE_BREAKERS, type Standing, type TieBreaker } from './tie-breakers.ts';
import { WordRarity } from './word-rarity.ts';

const RARITY = new WordRarity(0, () => 0);
const builtIn: RuleSet = { version: 1, blocks: [...BUILT_IN_BLOCKS], builtIn: true };

interface Standee extends Account {
  standing: Standing;
}

const account = (accountId: string, [name = '', website = '', country = '']: readonly string[], standing: Standing = {}): Standee => {
  const facts = { name, website, country };
  return { accountId, facts, profile: profileOf(facts), standing };
};
const company = (name: string, website = '', country = ''): Candidate => ({ id: 'c', name, website, country });
const lead = (email: string, name = '', country = '', ownerId = ''): Candidate => ({ id: 'l', name, website: '', country, ownerId, lead: { email, accountId: '' } });

function ask(candidate: Candidate, crm: readonly Standee[], rules: RuleSet) {
  const profile = profileOfCandidate(candidate);
  const found = indexOver(crm)(profile, !rules.builtIn);
  const accounts = found.accounts.map((one) => ({ ...one, standing: crm.find((each) => each.accountId === one.accountId)?.standing }));
  return decide(candidate, profile, { crm: { ...found, accounts }, earlier: NOBODY, rarity: RARITY }, rules);
}

describe('several accounts that hold equally', () => {
  const apple = [
    account('001A', ['Apple Computer, Inc', 'apple.com', 'US'], { createdAt: 300, ownerId: 'ada' }),
    account('001B', ['Apple Computer', 'apple.com', 'USA'], { createdAt: 100, ownerId: 'eve', lastActivityAt: 5 }),
    account('001C', ['Apple Computer Inc.', 'www.apple.com', 'US'], { createdAt: 200 }),
  ];
  const by = (...tieBreakers: TieBreaker[]): RuleSet => ({ ...builtIn, tieBreakers });

  it('CLC-9 are settled by the workspace\'s tie-breakers, which are named in evidence and reason', () => {
    const asked = lead('tim@apple.com', 'Apple Computer', 'US', 'ada');
    expect(ask(asked, apple, by('oldest'))).toMatchObject({ verdict: 'match', accountId: '001B', reason: expect.stringContaining('3 accounts hold equally; this one is the oldest.') });
    expect(ask(asked, apple, by('owner-match', 'oldest')).evidence.at(-1)).toEqual({ comparison: 'tie-breaker', candidateValue: 'owner-match', accountValue: '3 accounts', outcome: '', contribution: 0 });
    expect(ask(asked, apple, by('owner-match')).accountId).toBe('001A');
    expect(ask(asked, apple, by('newest-activity')).accountId).toBe('001B');
    expect(ask(company('Apple Computer', 'apple.com', 'US'), apple, by('oldest'))).toMatchObject({ verdict: 'match', accountId: '001B', rule: 'strict' });
    expect(ask(company('Apple', 'apple.com', 'US'), apple, by('oldest'))).toMatchObject({ verdict: 'match', accountId: '001B' });
  });

  it('CLC-9 are decided as without tie-breakers by those that tell nothing, at last by the smallest CRM id', () => {
    const twins = ['001C', '001A', '001B'].map((id) => account(id, ['Twin', 'twin.com', 'US']));
    for (const asked of [lead('a@twin.com', 'Twin'), company('Twin', 'twin.com', 'US')]) {
      const without = ask(asked, twins, builtIn);
      expect(without).toMatchObject({ verdict: 'match', accountId: '001A' });
      expect(ask(asked, twins, by('most-contacts', 'oldest'))).toEqual({
        ...without, reason: `${without.reason} 3 accounts hold equally; no tie-breaker tells them apart, so it is the likeliest, at last the one with the smallest CRM id.`,
        evidence: [...without.evidence, { comparison: 'tie-breaker', candidateValue: 'none', accountValue: '3 accounts', outcome: '', contribution: 0 }],
      });
    }
  });

  it('CLC-9 are none where country or name tells them apart: the tie-breakers come after those', () => {
    const family = [account('001A', ['Acme', 'acme.com', 'US'], { createdAt: 2 }), account('001B', ['Acme', 'acme.com', 'Germany'], { createdAt: 1 }), account('001C', ['Acme Labs', 'acme.com', 'US'], { createdAt: 0 })];
    expect(ask(lead('a@acme.com', 'Acme', 'US'), family, by('oldest'))).toMatchObject({ accountId: '001A', reason: expect.not.stringContaining('hold equally') });
    expect(ask(lead('a@acme.com', 'Acme', 'DE'), family, by('oldest')).accountId).toBe('001B');
  });

  it('CNA-6 are all that one block of a workspace holds for', () => {
    const own: RuleSet = { version: 2, builtIn: false, blocks: [{ name: 'domain', allOf: ['domain'], ignoreCountry: false }] };
    const asked = company('Apple Computer', 'apple.com', 'US');
    expect(ask(asked, apple, { ...own, tieBreakers: ['oldest'] })).toMatchObject({ accountId: '001B', rule: 'domain', reason: expect.stringContaining('is the oldest') });
    expect(ask({ ...asked, ownerId: 'ada' }, apple, { ...own, tieBreakers: ['owner-match'] }).accountId).toBe('001A');
    expect(ask(lead('tim@apple.com', 'Fruit'), apple, { ...own, tieBreakers: ['newest-activity'] })).toMatchObject({ verdict: 'match', accountId: '001B', rule: 'domain' });
    expect(ask(lead('tim@gmail.com', 'Fruit'), apple, own).verdict).toBe('new');
  });

  const facts = fc.tuple(fc.constantFrom('Acme', 'ACME Inc', 'Acme Group', 'Globex'), fc.constantFrom('', 'acme.com', 'www.acme.com', 'acme.ca', 'globex.com'), fc.constantFrom('', 'US', 'Canada'));
  const few = fc.option(fc.nat(2), { nil: undefined });
  const standing = fc.record({ createdAt: few, lastActivityAt: few, ownerId: fc.constantFrom(undefined, 'ada', 'eve') }).map((one) => one as Standing);
  const crmOf = fc.array(fc.tuple(facts, standing), { maxLength: 8 }).map((all) => all.map(([written, known], at) => account(`00${at}`, written, known)));
  const asked = fc.oneof(facts.map(([name, website, country]) => company(name, website, country)), facts.map(([name, website, country]) => lead(`a@${website || 'gmail.com'}`, name, country, 'ada')));
  const order = fc.shuffledSubarray([...TIE_BREAKERS]);
  const rulesOf = (own: boolean, tieBreakers: TieBreaker[]): RuleSet =>
    (own ? { version: 2, builtIn: false, blocks: [{ name: 'either', allOf: ['domain'], ignoreCountry: true }], tieBreakers } : { ...builtIn, tieBreakers });

  it('CLC-9 are settled the same in whatever order they come', () => {
    fc.assert(fc.property(asked, crmOf, order, fc.boolean(), fc.infiniteStream(fc.nat()), (candidate, crm, tieBreakers, own, random) => {
      const shuffled = crm.map((one) => ({ one, rank: random.next().value as number })).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
      expect(ask(candidate, shuffled, rulesOf(own, tieBreakers))).toEqual(ask(candidate, crm, rulesOf(own, tieBreakers)));
    }));
  });

  it('CLC-9 are not settled by anything where a workspace has no tie-breakers, and never turned into another decision', () => {
    fc.assert(fc.property(asked, crmOf, order, fc.boolean(), (candidate, crm, tieBreakers, own) => {
      const without = ask(candidate, crm, rulesOf(own, []));
      expect(without).toEqual(ask(candidate, crm.map((one) => ({ ...one, standing: {} })), rulesOf(own, [])));
      expect(ask(candidate, crm, rulesOf(own, tieBreakers)).verdict).toBe(without.verdict);
    }));
  });
});

describe('leads', () => {
  const crm = [account('001A', ['Acme Rockets', 'acme-rockets.com', 'US'])];

  it('CLC-2 belong to the account of their mail domain, whatever the country, or of their company text', () => {
    expect(ask(lead('wile@acme-rockets.com', '', 'Mexico'), crm, builtIn)).toMatchObject({ verdict: 'match', accountId: '001A', rule: 'site', modelVersion: expect.stringMatching(/^leads-/) });
    expect(ask(lead('wile@gmail.com', 'Acme Rockets Inc', 'US'), crm, builtIn)).toMatchObject({ verdict: 'match', accountId: '001A', reason: expect.stringContaining('The lead belongs to "Acme Rockets" (001A)') });
    expect(ask({ ...lead('wile@gmail.com', 'n/a', 'US'), website: 'https://acme-rockets.com' }, crm, builtIn)).toMatchObject({ verdict: 'match', accountId: '001A' });
  });

  it('CLC-4 belong to none that says too little, and say so', () => {
    expect(ask(lead('wile@gmail.com', 'self-employed'), crm, builtIn)).toMatchObject({ verdict: 'new', accountId: '', reason: 'The lead says neither a company nor a mail address of one.' });
    expect(ask(lead('road@runner.example', 'Beep'), crm, builtIn)).toMatchObject({ verdict: 'new', reason: expect.stringContaining('belongs to no account') });
  });

  it('CLC-4 lists the candidates of what is not sure enough', () => {
    const unsure = ask(lead('wile@gmail.com', 'Acme Rockets', 'US'), crm, { ...builtIn, matchAt: 0.99999, reviewAt: 0.01 });
    expect(unsure).toMatchObject({ verdict: 'review', accountId: '', otherCandidates: [{ accountId: '001A' }], reason: expect.stringContaining('not sure enough') });
  });
});
