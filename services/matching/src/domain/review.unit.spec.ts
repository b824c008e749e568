import { effectOf, type GivenAnswer, type ReviewState, type StandingAnswer } from './review.ts';

const shown = ['A', 'B'].map((accountId) => ({ accountId, facts: { name: accountId, website: '', country: '' }, score: 0.5 }));
const review = (state: ReviewState = 'open', accounts = shown) => ({ version: 3, state, accounts });
const give = (kind: GivenAnswer['kind'], accountId = '', version = 3): GivenAnswer => ({ kind, accountId, version });
const not = (accountId: string): StandingAnswer => ({ accountId, same: false });
const is = (accountId: string): StandingAnswer => ({ accountId, same: true });

describe('what an answer does', () => {
  it('a company is one account: another yes ends the one before, and the no about that account', () => {
    expect(effectOf(review('answered'), [is('A'), not('B')], give('yes', 'B'))).toEqual({ withdraw: [is('A'), not('B')], add: [is('B')], state: 'answered' });
    expect(effectOf(review(), [not('A')], give('link', 'Z'))).toEqual({ withdraw: [], add: [is('Z')], state: 'answered' });
  });

  it('no is answered when it is said of every account that is shown', () => {
    expect(effectOf(review(), [], give('no'))).toEqual({ withdraw: [], add: [not('A'), not('B')], state: 'answered' });
    expect(effectOf(review(), [], give('no', 'A'))).toEqual({ withdraw: [], add: [not('A')], state: 'open' });
    expect(effectOf(review(), [not('A')], give('no', 'B'))).toEqual({ withdraw: [], add: [not('B')], state: 'answered' });
    expect(effectOf(review('answered'), [is('A')], give('no', 'B'))).toEqual({ withdraw: [], add: [not('B')], state: 'answered' });
    expect(effectOf(review('answered'), [is('A')], give('no'))).toEqual({ withdraw: [is('A')], add: [not('A'), not('B')], state: 'answered' });
  });

  it('taking back ends every answer', () => {
    expect(effectOf(review('answered'), [is('A'), not('B')], give('withdraw'))).toEqual({ withdraw: [is('A'), not('B')], add: [], state: 'open' });
  });

  it('refuses what cannot be meant, and an answer to what has changed, but not the same answer again', () => {
    expect(() => effectOf(review(), [], give('yes'))).toThrow(/account_missing/);
    expect(() => effectOf(review(), [], give('yes', 'Z'))).toThrow(/account_not_shown/);
    expect(() => effectOf(review('open', []), [], give('no'))).toThrow(/no_account/);
    expect(() => effectOf(review(), [], give('withdraw'))).toThrow(/not_answered/);
    expect(() => effectOf(review(), [], give('yes', 'A', 2))).toThrow(/at version 3, not 2/);
    expect(effectOf(review('answered'), [is('A')], give('yes', 'A', 2))).toEqual({ withdraw: [], add: [], state: 'answered' });
  });
});
