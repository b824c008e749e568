import type { Decision } from './decision.ts';
import { AS_BEFORE, standing } from './standing-decision.ts';

const decision = (more: Partial<Decision> = {}): Decision => ({
  candidateId: 'c', verdict: 'new', accountId: '', score: 0.4, rule: '', rulesVersion: 1, evidence: [], otherCandidates: [], reason: 'Nothing near.', duplicateOf: '', ...more,
});

describe('what an earlier plan decided', () => {
  it('CNA-4 keeps a company found in the CRM from being made there when only other accounts have come since', () => {
    expect(standing(decision(), { verdict: 'match', accountId: '001A', score: 0.6 })).toMatchObject({ verdict: 'match', accountId: '001A', rule: AS_BEFORE, score: 0.6, reason: expect.stringContaining('001A') });
  });

  it('keeps a question open that nobody has answered', () => {
    expect(standing(decision(), { verdict: 'review', accountId: '', score: 0.5 })).toMatchObject({ verdict: 'review', accountId: '' });
  });

  it('changes no decision that found something, and none without an earlier one', () => {
    for (const one of [decision({ verdict: 'match', accountId: '001B' }), decision({ verdict: 'review' }), decision({ duplicateOf: 'd' })]) {
      expect(standing(one, { verdict: 'match', accountId: '001A', score: 0.6 })).toBe(one);
    }
    const fresh = decision();
    expect(standing(fresh, undefined)).toBe(fresh);
  });
});
