import { crmWriter, matching } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { MatchingStage, type MatchingClient } from './testing/matching-stage.ts';

const { CandidateKind, Decision, MatchType, TieBreaker } = matching;

let stage: MatchingStage;
let client: MatchingClient;

interface Known {
  createdAt?: Date;
  lastActivityAt?: Date;
  ownerId?: string;
}

const account = (crmId: string, name: string, website: string, country = 'US', known: Known = {}) => ({ crmId, object: 'Account', name, website, country, ...known });
const lead = (id: string, email: string, name = '', more: Partial<matching.MatchCandidate> = {}) => ({ id, kind: CandidateKind.LEAD, email, name, country: 'US', ...more });
const match = (workspaceId: string, candidate: Parameters<typeof matching.MatchCandidate.fromPartial>[0]) => client.match({ connectionId: 'sf', candidate }, { workspaceId });
const day = (date: string): Date => new Date(`2026-11-${date}T00:00:00Z`);

beforeAll(async () => {
  stage = await MatchingStage.open();
  ({ client } = stage);
});
afterAll(() => stage?.close());

describe('leads, through the door', () => {
  it('CLC-2 finds the account of a lead by the domain of its mail, or by its company, in whatever country', async () => {
    await stage.pulled('clc2', [account('001A', 'Acme Rockets', 'acme-rockets.com'), account('001B', 'Globex', 'globex.com')]);
    expect(await match('clc2', lead('00Q1', 'wile@acme-rockets.com', '', { country: 'Mexico' }))).toMatchObject({ candidateId: '00Q1', decision: Decision.MATCH, accountId: '001A', rule: 'site', modelVersion: expect.stringMatching(/^leads-/) });
    expect(await match('clc2', lead('00Q2', 'hank@gmail.com', 'Globex Corporation'))).toMatchObject({ decision: Decision.MATCH, accountId: '001B', reason: expect.stringContaining('The lead belongs to "Globex" (001B)') });
    // A company abroad is another company; a lead may sit abroad.
    expect((await match('clc2', { id: 'co1', name: 'Acme Rockets', website: 'acme-rockets.com', country: 'Mexico' })).decision).toBe(Decision.NEW);
  });

  it('CLC-4 gives no account to a lead that is not sure enough, and lists the candidates', async () => {
    await stage.pulled('clc4', [account('001A', 'Northwind Traders', 'northwind.com')]);
    await client.putMatchRules({ matchAt: 0.99999, reviewAt: 0.01 }, { workspaceId: 'clc4' });
    expect(await match('clc4', lead('00Q1', 'a@gmail.com', 'Northwind'))).toMatchObject({ decision: Decision.REVIEW, accountId: '', otherCandidates: [{ accountId: '001A', name: 'Northwind Traders' }], reason: expect.stringContaining('not sure enough') });
    expect(await match('clc4', lead('00Q2', 'a@gmail.com', 'n/a'))).toMatchObject({ decision: Decision.NEW, accountId: '', otherCandidates: [] });
  });

  it('takes the account that a lead names for its own while the CRM has it, and says so when it has not', async () => {
    await stage.pulled('named', [account('001A', 'Acme', 'acme.com'), account('001B', 'Other', 'other.com')]);
    const named = lead('00Q1', 'a@acme.com', 'Acme', { accountId: '001B' });
    expect(await match('named', named)).toMatchObject({ decision: Decision.MATCH, accountId: '001B', rule: 'account-id', score: 1, evidence: [{ comparison: 'account id', outcome: 'equal' }] });
    await stage.pulled('named', [{ ...account('001B', '', ''), deleted: true }]);
    const without = await match('named', named);
    expect(without).toMatchObject({ decision: Decision.MATCH, accountId: '001A', reason: expect.stringMatching(/^The lead names the account 001B, which the CRM does not have \(any more\)\. The lead belongs to "Acme"/) });
    expect(without.evidence.at(-1)).toMatchObject({ comparison: 'account id', candidateValue: '001B', outcome: 'missing', contribution: 0 });
    // Another connection's account is none of this one's.
    await stage.pulled('named', [account('001Z', 'Elsewhere', 'elsewhere.com')], 'another');
    expect(await match('named', lead('00Q2', 'a@acme.com', 'Acme', { accountId: '001Z' }))).toMatchObject({ accountId: '001A', reason: expect.stringContaining('does not have') });
  });

  it('decides each lead of a stream by itself, between companies, which are compared with each other as ever', async () => {
    await stage.pulled('stream', [account('001A', 'Somebody Else', 'else.com')]);
    const apple = (id: string) => ({ id, name: 'Apple Inc.', website: 'apple.com', country: 'US' });
    const decisions = await stage.planned('stream', '', [lead('00Q1', 'a@apple.com', 'Apple Inc.'), apple('co1'), lead('00Q2', 'b@apple.com', 'Apple Inc.')], [lead('co1', 'c@apple.com', 'Apple Inc.', { accountId: '001A' }), apple('co2')]);
    expect(decisions.map((d) => [d.candidateId, d.decision, d.accountId, d.duplicateOfCandidateId])).toEqual([
      ['00Q1', Decision.NEW, '', ''], ['co1', Decision.NEW, '', ''], ['00Q2', Decision.NEW, '', ''], ['co1', Decision.MATCH, '001A', ''], ['co2', Decision.NEW, '', 'co1'],
    ]);
  });

  it('refuses of a company what only a lead has, naming the field', async () => {
    await expect(match('refused', { id: 'co1', name: 'Acme', email: 'a@acme.com' })).rejects.toMatchObject({ kind: 'Invalid', code: 'matching.candidate_not_a_lead', field: 'candidate.email' });
    await expect(stage.planned('refused', '', [{ id: 'co1', name: 'Acme' }, { id: 'co2', accountId: '001A' }])).rejects.toMatchObject({ kind: 'Invalid', field: 'candidates[1].account_id' });
  });

  it('CNA-6 decides about leads by the workspace\'s own blocks, too', async () => {
    await stage.pulled('blocks', [account('001A', 'Globex Corporation', 'globex.com')]);
    await client.putMatchRules({ blocks: [{ name: 'by mail', allOf: [MatchType.DOMAIN], ignoreCountry: true }] }, { workspaceId: 'blocks' });
    expect(await match('blocks', lead('00Q1', 'a@globex.com', 'Whoever', { country: 'Japan' }))).toMatchObject({ decision: Decision.MATCH, accountId: '001A', rule: 'by mail' });
    expect((await match('blocks', lead('00Q2', 'a@gmail.com', 'Globex Corporation'))).decision).toBe(Decision.NEW);
  });
});

describe('what plans decided about leads', () => {
  it('CLC-6 is kept with the versions of rules and model, apart from companies, and asks nobody', async () => {
    const workspace = { workspaceId: 'log' };
    await stage.pulled('log', [account('001A', 'Northwind Traders', 'northwind.com')]);
    await client.putMatchRules({ matchAt: 0.99999, reviewAt: 0.01 }, workspace);
    // The same id: a lead is no company.
    const [company] = await stage.planned('log', 'p1', [{ id: 'x', name: 'Contoso', website: 'contoso.com', country: 'US' }, lead('x', 'a@gmail.com', 'Northwind', { accountId: '001Z', ownerId: 'ada' })]);
    expect(company?.decision).toBe(Decision.NEW);
    expect((await client.listReviews({}, workspace)).reviews).toEqual([]);
    const of = async (kind?: matching.CandidateKind, companyId = '') => (await client.listDecisions({ connectionId: 'sf', kind, companyId }, workspace)).decisions;
    expect(await of()).toMatchObject([{ companyId: 'x', name: 'Contoso', kind: CandidateKind.COMPANY, email: '' }]);
    expect(await of(CandidateKind.LEAD)).toMatchObject([{ companyId: 'x', name: 'Northwind', kind: CandidateKind.LEAD, email: 'a@gmail.com', namedAccountId: '001Z', ownerId: 'ada', decision: Decision.REVIEW, rulesVersion: 2, planId: 'p1', modelVersion: expect.stringMatching(/^leads-/) }]);
    await client.putMatchRules({}, workspace);
    await stage.planned('log', 'p2', [lead('x', 'a@northwind.com', 'Northwind')]);
    expect((await of(CandidateKind.LEAD, 'x')).map((d) => [d.planId, d.decision])).toEqual([['p2', Decision.MATCH], ['p1', Decision.REVIEW]]);
    expect((await of(CandidateKind.COMPANY, 'x')).map((d) => d.planId)).toEqual(['p1']);
    await stage.told('log', { connectionRemoved: true, object: '' });
    await stage.pulled('log', [account('001B', 'New', 'new.com')]);
    expect(await of(CandidateKind.LEAD)).toEqual([]);
  });

  it('is tried with other rules: which leads would go to another account', async () => {
    await stage.pulled('simulate', [account('001A', 'Twin', 'twin.com', 'US', { createdAt: day('20') }), account('001B', 'Twin', 'twin.com', 'US', { createdAt: day('10') })]);
    await stage.planned('simulate', 'p', [lead('00Q1', 'a@twin.com', 'Twin'), lead('00Q2', 'a@else.com', 'Else'), { id: 'co1', name: 'Twin', website: 'twin.com', country: 'US' }]);
    const parts: matching.SimulateResponse[] = [];
    for await (const part of client.simulate({ connectionId: 'sf', kind: CandidateKind.LEAD, tieBreakers: [TieBreaker.OLDEST] }, { workspaceId: 'simulate' })) parts.push(part);
    expect(parts.flatMap((part) => part.flips)).toMatchObject([{ companyId: '00Q1', email: 'a@twin.com', fromAccountId: '001A', toAccountId: '001B', withoutChange: false }]);
    expect(parts.at(-1)?.totals).toMatchObject({ compared: 2, flips: 1, withoutChange: 0 });
  });

  it('is explained for one lead and one account by the model for leads', async () => {
    await stage.pulled('explain', [account('001A', 'Soylent Corp', 'soylent.com'), account('001B', 'Soylent Green', 'green.com')]);
    const explained = await client.explain({ connectionId: 'sf', candidate: lead('00Q1', 'a@soylent.com', 'Soylent'), accountId: '001B' }, { workspaceId: 'explain' });
    expect(explained).toMatchObject({ decision: { accountId: '001A', modelVersion: expect.stringMatching(/^leads-/) }, blocks: [] });
    expect(explained.score).toBeLessThan(0.5);
    expect(explained.score).toBeCloseTo(1 / (1 + Math.exp(-explained.evidence.reduce((sum, e) => sum + e.contribution, 0))), 3);
  });
});

describe('tie-breakers over what the CRM says of its accounts', () => {
  const twins = [
    account('001A', 'Twin', 'twin.com', 'US', { createdAt: day('20'), lastActivityAt: day('21'), ownerId: '005A' }),
    account('001B', 'Twin Inc', 'www.twin.com', 'USA', { createdAt: day('10'), ownerId: '005B' }),
    account('001C', 'Twin', 'twin.com', 'US', { createdAt: day('15'), lastActivityAt: day('22') }),
  ];
  const asked = lead('00Q1', 'a@twin.com', 'Twin', { ownerId: '005B' });
  const settledBy = async (workspaceId: string, tieBreakers: matching.TieBreaker[]) => {
    await client.putMatchRules({ tieBreakers }, { workspaceId });
    const { accountId, evidence } = await match(workspaceId, asked);
    return [accountId, ...evidence.filter((one) => one.comparison === 'tie-breaker').map((one) => `${one.candidateValue} of ${one.accountValue}`)];
  };

  it('CLC-9 settles several accounts of one company by the workspace\'s order, and at last by the smallest CRM id', async () => {
    await stage.pulled('ties', twins);
    expect((await match('ties', asked)).evidence.map((one) => one.comparison)).not.toContain('tie-breaker');
    expect(await settledBy('ties', [])).toEqual(['001A']);
    expect(await settledBy('ties', [TieBreaker.OLDEST])).toEqual(['001B', 'oldest of 3 accounts']);
    expect(await settledBy('ties', [TieBreaker.NEWEST_ACTIVITY, TieBreaker.OLDEST])).toEqual(['001C', 'newest-activity of 3 accounts']);
    expect(await settledBy('ties', [TieBreaker.OWNER_MATCH])).toEqual(['001B', 'owner-match of 3 accounts']);
    expect(await settledBy('ties', [TieBreaker.MOST_CONTACTS])).toEqual(['001A', 'none of 3 accounts']);
    expect(await client.getMatchRules({}, { workspaceId: 'ties' })).toMatchObject({ passedOver: [TieBreaker.MOST_CONTACTS] });
  });

  it('CLC-9 counts contacts, open opportunities and leads as the mirror tells of them, and passes over what has not been mirrored', async () => {
    await stage.pulled('counts', twins);
    const contact = (crmId: string, accountId: string) => ({ crmId, object: 'Contact', accountId });
    const deal = (crmId: string, accountId: string, progress: crmWriter.Progress) => ({ crmId, object: 'Opportunity', accountId, progress });
    await stage.belong('counts', 'Contact', [contact('003A', '001A'), contact('003B', '001B'), contact('003C', '001B'), contact('003D', ''), contact('003E', '001X')]);
    expect(await settledBy('counts', [TieBreaker.MOST_CONTACTS])).toEqual(['001B', 'most-contacts of 3 accounts']);
    expect(await client.getMatchRules({}, { workspaceId: 'counts' })).toMatchObject({ passedOver: [], countedObjects: ['Contact'] });
    expect(await client.getIndexPosition({ connectionId: 'sf', object: 'contact' }, { workspaceId: 'counts' })).toEqual({ sequence: 5, accounts: 4 });

    const { OPEN, WON, LOST } = crmWriter.Progress;
    await stage.belong('counts', 'Opportunity', [deal('006A', '001A', WON), deal('006B', '001A', LOST), deal('006C', '001C', OPEN), deal('006D', '001B', OPEN), deal('006E', '001B', OPEN)]);
    expect(await settledBy('counts', [TieBreaker.MOST_LEADS, TieBreaker.MOST_OPEN_OPPORTUNITIES])).toEqual(['001B', 'most-open-opportunities of 3 accounts']);
    expect(await client.getMatchRules({}, { workspaceId: 'counts' })).toMatchObject({ passedOver: [TieBreaker.MOST_LEADS], countedObjects: ['Opportunity', 'Lead'] });

    // A deal is won, a contact moves, one is deleted: the answer follows.
    await stage.belong('counts', 'Opportunity', [deal('006D', '001B', WON), deal('006E', '001B', LOST)]);
    expect(await settledBy('counts', [TieBreaker.MOST_OPEN_OPPORTUNITIES])).toEqual(['001C', 'most-open-opportunities of 3 accounts']);
    await stage.belong('counts', 'Contact', [contact('003B', '001A'), { ...contact('003C', '001B'), deleted: true }]);
    expect(await settledBy('counts', [TieBreaker.MOST_CONTACTS])).toEqual(['001A', 'most-contacts of 3 accounts']);
    await expect(client.getIndexPosition({ connectionId: 'sf', object: 'Case' }, { workspaceId: 'counts' })).rejects.toMatchObject({ code: 'matching.object_not_counted', field: 'object' });

    // With its connection all of it is gone.
    await stage.told('counts', { connectionRemoved: true, object: '' });
    await waitFor(async () => (await client.getIndexPosition({ connectionId: 'sf', object: 'Contact' }, { workspaceId: 'counts' })).sequence === 0);
    expect(await client.getMatchRules({}, { workspaceId: 'counts' })).toMatchObject({ passedOver: [TieBreaker.MOST_CONTACTS] });
  });

  it('CLC-9 goes by what the CRM says now: a change of owner or activity changes the answer', async () => {
    await stage.pulled('moves', twins);
    expect(await settledBy('moves', [TieBreaker.OWNER_MATCH])).toEqual(['001B', 'owner-match of 3 accounts']);
    await stage.pulled('moves', [{ ...twins[1], ownerId: '005X' }, { ...twins[2], ownerId: '005B' }] as typeof twins);
    expect(await settledBy('moves', [TieBreaker.OWNER_MATCH])).toEqual(['001C', 'owner-match of 3 accounts']);
  });

  it('CNA-6 settles companies by them, too, by the model and by a workspace\'s own block', async () => {
    await stage.pulled('companies', twins);
    const company = { id: 'co1', name: 'Twin', website: 'twin.com', country: 'US' };
    await client.putMatchRules({ tieBreakers: [TieBreaker.OLDEST] }, { workspaceId: 'companies' });
    // The same as written are 001A and 001C; 001B is not.
    expect(await match('companies', company)).toMatchObject({ accountId: '001C', rule: 'strict', reason: expect.stringContaining('2 accounts hold equally; this one is the oldest.') });
    await client.putMatchRules({ blocks: [{ name: 'domain', allOf: [MatchType.DOMAIN] }], tieBreakers: [TieBreaker.OLDEST] }, { workspaceId: 'companies' });
    expect(await match('companies', company)).toMatchObject({ accountId: '001B', rule: 'domain', reason: expect.stringContaining('3 accounts hold equally') });
  });
});
