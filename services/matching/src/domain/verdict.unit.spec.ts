import fc from 'fast-check';
import { judge, type Account, type Compared } from './judgement.ts';
import { COMPANY_MODEL, LEAD_MODEL } from './models.ts';
import { profileOf, type CompanyFacts } from './profile.ts';
import { reasonOf } from './verdict-reason.ts';
import { verdictOf, type Verdict } from './verdict.ts';
import { WordRarity } from './word-rarity.ts';

const facts = (name: string, website = '', country = ''): CompanyFacts => ({ name, website, country });
const account = (accountId: string, of: CompanyFacts): Account => ({ accountId, profile: profileOf(of) });
const rarity = new WordRarity(0, () => 0);

const judged = (candidate: CompanyFacts, accounts: readonly Account[], model = COMPANY_MODEL): Compared[] =>
  judge(profileOf(candidate), accounts, { rarity: (word) => rarity.of(word), namesakes: 0, onDomain: 0 }, model);
const verdict = (candidate: CompanyFacts, accounts: readonly Account[], perCountry = true): Verdict => {
  const model = perCountry ? COMPANY_MODEL : LEAD_MODEL;
  return verdictOf(profileOf(candidate), judged(candidate, accounts, model), model, { perCountry });
};

const APPLE = account('1', facts('Apple Computer, Inc', 'www.apple.com', 'USA'));

describe('what the likeliest account means', () => {
  it('CNA-4 does not create Apple Inc. beside Apple Computer, Inc on its site in its country', () => {
    expect(verdict(facts('Apple Inc.', 'www.apple.com', 'USA'), [APPLE])).toMatchObject({ decision: 'match', accountId: '1' });
    expect(verdict(facts('Apple', 'https://apple.com/shop', 'United States of America'), [APPLE])).toMatchObject({ decision: 'match', accountId: '1' });
    expect(verdict(facts('APPLE COMPUTER INC', '', 'U.S.A.'), [APPLE])).toMatchObject({ decision: 'match', accountId: '1' });
  });

  it('CNA-5 ACME in Canada is new beside ACME in the USA', () => {
    expect(verdict(facts('ACME', 'acme.ca', 'Canada'), [account('1', facts('ACME', 'acme.com', 'USA'))])).toMatchObject({ decision: 'new', accountId: '' });
    expect(verdict(facts('ACME', 'acme.com', 'Canada'), [account('1', facts('ACME', 'acme.com', 'USA'))])).toMatchObject({ decision: 'new', accountId: '' });
  });

  const company = fc.record({
    name: fc.constantFrom('Acme', 'ACME Inc', 'Acme Group', 'Globex', 'Globex Ltd', 'Initech', ''), website: fc.constantFrom('', 'acme.com', 'www.acme.com', 'acme.ca', 'lab.acme.com', 'globex.com'), country: fc.constantFrom('', 'US', 'Canada', 'Japan'),
  });
  const companies = fc.array(company, { maxLength: 8 }).map((list) => list.map((of, i) => account(`00${i}`, of)));

  it('CNA-5 a company of another country is never the match, whatever else is the same', () => {
    fc.assert(fc.property(company, companies, (candidate, accounts) => {
      const { decision, accountId } = verdict(candidate, accounts);
      expect(decision === 'match').toBe(accountId !== '');
      const own = profileOf(candidate).countryCode;
      const matched = accounts.find((one) => one.accountId === accountId)?.profile.countryCode ?? '';
      expect(own === '' || matched === '' || own === matched).toBe(true);
    }), { numRuns: 300 });
  });

  it('is the same in whatever order the accounts come', () => {
    fc.assert(fc.property(company, companies, (candidate, accounts) => {
      expect(verdict(candidate, [...accounts].reverse())).toEqual(verdict(candidate, accounts));
    }));
  });

  it('is new where there is no account, and a person looks where there is nothing to look for', () => {
    expect(verdict(facts('Acme'), [])).toEqual({ decision: 'new', accountId: '', about: '', score: 0, rule: '' });
    expect(verdict(facts(''), [])).toMatchObject({ decision: 'review', accountId: '' });
  });

  it('a lead may sit abroad', () => {
    const candidate = facts('Umbrella Robotics', 'umbrella-robotics.com', 'France');
    const crm = [account('1', facts('Umbrella Robotics GmbH', 'umbrella-robotics.com', 'Germany'))];
    expect(verdict(candidate, crm, false)).toMatchObject({ decision: 'match', accountId: '1' });
    expect(verdict(candidate, crm)).toMatchObject({ decision: 'new' });
  });

  it('lies between the thresholds: a person is asked, and nothing is linked', () => {
    const one = facts('Umbrella Robotics', 'umbrella-robotics.com', 'Germany');
    const compared = judged(one, [account('1', facts('Umbrella Robotic', 'umbrella-robotics.com', 'Germany'))]);
    const score = compared[0]?.score ?? 0;
    const at = (reviewAt: number, matchAt: number): string => verdictOf(profileOf(one), compared, Object.assign(Object.create(COMPANY_MODEL), { reviewAt, matchAt }), { perCountry: true }).decision;
    expect([at(score, score), at(score, score + 0.001), at(score + 0.001, score + 0.002)]).toEqual(['match', 'review', 'new']);
  });
});

describe('why, in words', () => {
  it.each([
    [facts('Apple Inc.', 'apple.com', 'US'), /^1: .*same website \(apple\.com\), same country \(US\)\.$/],
    [facts('Apple Computer Inc.', '', 'US'), /^1: same name but for its legal form or spelling, one website not known, same country \(US\)\.$/],
    [facts('Apple Computer, Inc', 'apple.com', 'Canada'), /^Nearest is 1: same name, same website \(apple\.com\), different countries \(CA, US\)\.$/],
  ])('%j', (candidate, words) => {
    const compared = judged(candidate, [APPLE]);
    expect(reasonOf(profileOf(candidate), compared, verdictOf(profileOf(candidate), compared, COMPANY_MODEL, { perCountry: true }))).toMatch(words);
  });

  it('tells of the account that was chosen, not of a likelier one in another country', () => {
    const candidate = facts('Umbrella Robotics', 'umbrella-robotics.com', 'Germany');
    const compared = judged(candidate, [account('1', facts('Umbrella Robotics', 'umbrella-robotics.com', 'Austria')), account('2', facts('Umbrella Robotics GmbH', 'www.umbrella-robotics.com', 'Germany'))]);
    const likeliestAbroad = [...compared].sort((x, y) => (x.account.accountId < y.account.accountId ? -1 : 1));
    const decided = verdictOf(profileOf(candidate), likeliestAbroad, COMPANY_MODEL, { perCountry: true });
    expect(decided).toMatchObject({ decision: 'match', accountId: '2', about: '2' });
    expect(reasonOf(profileOf(candidate), likeliestAbroad, decided)).toMatch(/^2: .*same country \(DE\)\.$/);
  });

  it('of nothing found, and of nothing to look for', () => {
    const none: Verdict = { decision: 'new', accountId: '', about: '', score: 0, rule: '' };
    expect(reasonOf(profileOf(facts('Acme')), [], none)).toBe('No account shares its name, a rare word of it, or its website.');
    expect(reasonOf(profileOf(facts('')), [], none)).toBe('Neither a name nor a website to look for.');
  });
});
