import { crmWriter, matching } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { MatchingStage, type MatchingClient } from './testing/matching-stage.ts';

const { Decision, MatchType, ReviewAnswerKind: Answer, ReviewState, TieBreaker } = matching;

let stage: MatchingStage;
let client: MatchingClient;

const account = (crmId: string, name: string, website: string, country = 'US', deleted = false) => ({ crmId, object: 'Account', name, website, country, deleted, fields: {} });
const pulled: MatchingStage['pulled'] = (...told) => stage.pulled(...told);
const planned: MatchingStage['planned'] = (...asked) => stage.planned(...asked);

/** A workspace that asks people about much. */
const careful = (workspaceId: string) => client.putMatchRules({ matchAt: 0.999, reviewAt: 0.01 }, { workspaceId });

const company = (id: string, name: string, website: string, country = 'US') => ({ id, name, website, country });

const queue = async (workspaceId: string, state = ReviewState.OPEN) => (await client.listReviews({ state }, { workspaceId })).reviews;
const answer = async (workspaceId: string, one: Parameters<typeof matching.ReviewAnswer.fromPartial>[0]) =>
  (await client.answerReview({ answers: [matching.ReviewAnswer.fromPartial({ connectionId: 'sf', ...one })] }, { workspaceId })).results[0] as matching.AnswerReviewResult;

/** The same site under another name: what a person has to decide. */
const DOUBTFUL = company('co1', 'Meridian Analytics', 'northwind.com');
const DOUBTED = account('001A', 'Northwind Traders', 'northwind.com');

beforeAll(async () => {
  stage = await MatchingStage.open();
  ({ client } = stage);
});
afterAll(() => stage?.close());

describe('a company that may be another one of its list', () => {
  const FIRST = company('co1', 'Meridian Analytics', 'northwind.com');
  const SECOND = company('co2', 'Northwind Traders', 'northwind.com');
  const asked = async (workspaceId: string) => {
    await careful(workspaceId);
    await pulled(workspaceId, [account('001X', 'Somebody Else', 'else.com')]);
    expect(await planned(workspaceId, 'p', [FIRST, SECOND])).toMatchObject([{ decision: Decision.NEW }, { decision: Decision.REVIEW }]);
    const [review] = await queue(workspaceId);
    expect(review).toMatchObject({ companyId: 'co2', reason: expect.stringContaining('earlier in this list'), accounts: [{ accountId: 'company:co1', name: 'Meridian Analytics', refused: false }] });
  };

  it('CNA-7 "no" makes both of them accounts, from then on', async () => {
    await asked('twinno');
    expect(await answer('twinno', { companyId: 'co2', answer: Answer.NO })).toMatchObject({ code: '', review: { state: ReviewState.ANSWERED, accounts: [{ refused: true }] } });
    expect(await planned('twinno', 'p2', [FIRST, SECOND])).toMatchObject([{ decision: Decision.NEW, duplicateOfCandidateId: '' }, { decision: Decision.NEW, duplicateOfCandidateId: '' }]);
    await answer('twinno', { companyId: 'co2', answer: Answer.WITHDRAW });
    expect(await planned('twinno', 'p3', [FIRST, SECOND])).toMatchObject([{ decision: Decision.NEW }, { decision: Decision.REVIEW }]);
  });

  it('CNA-7 "yes" makes one account of the two, and both are that account afterwards, in any list', async () => {
    await asked('twinyes');
    expect(await answer('twinyes', { companyId: 'co2', answer: Answer.YES, accountId: 'company:co1' })).toMatchObject({ code: '', review: { state: ReviewState.ANSWERED, accountId: 'company:co1' } });
    expect(await planned('twinyes', 'p2', [FIRST, SECOND])).toMatchObject([{ decision: Decision.NEW, duplicateOfCandidateId: '' }, { decision: Decision.NEW, duplicateOfCandidateId: 'co1', rule: 'link', reason: expect.stringContaining('a person said so') }]);
    await stage.written('twinyes', [{ changeId: 'x', companyId: 'co1', crmId: '001N', outcome: crmWriter.ChangeOutcome.SUCCEEDED, code: 'created' }]);
    await waitFor(async () => (await client.listLinks({ connectionId: 'sf' }, { workspaceId: 'twinyes' })).links.length === 1);
    expect(await planned('twinyes', 'p3', [SECOND])).toMatchObject([{ decision: Decision.MATCH, accountId: '001N', rule: 'link', reason: expect.stringContaining('by a person') }]);
  });

  it('refuses a company that is not shown as it refuses an account that is not there', async () => {
    await asked('twinother');
    expect(await answer('twinother', { companyId: 'co2', answer: Answer.YES, accountId: 'company:co9' })).toMatchObject({ code: 'matching.review.account_not_shown' });
    expect(await answer('twinother', { companyId: 'co2', answer: Answer.LINK, accountId: 'company:co9' })).toMatchObject({ code: 'matching.account_unknown' });
    expect(await queue('twinother')).toHaveLength(1);
  });
});

describe('the review queue', () => {
  it('asks a person about a company of a plan that may be an account, once, with what spoke for and against', async () => {
    await careful('ask');
    await pulled('ask', [DOUBTED]);
    await planned('ask', 'plan1', [DOUBTFUL, company('co2', 'Contoso', 'contoso.com')]);
    await planned('ask', 'plan2', [DOUBTFUL]);
    const page = await client.listReviews({}, { workspaceId: 'ask' });
    expect(page.page?.total).toBe(1);
    expect(page.reviews).toMatchObject([{ connectionId: 'sf', companyId: 'co1', state: ReviewState.OPEN, version: 1, name: 'Meridian Analytics', website: 'northwind.com', accounts: [{ accountId: '001A', name: 'Northwind Traders', refused: false }] }]);
    expect(page.reviews[0]?.evidence.length).toBeGreaterThan(2);
    expect(await queue('other workspace')).toEqual([]);
  });

  it('keeps nothing of a question that is asked for no plan', async () => {
    await careful('noplan');
    await pulled('noplan', [DOUBTED]);
    expect(await planned('noplan', '', [DOUBTFUL])).toMatchObject([{ decision: Decision.REVIEW }]);
    expect((await client.match({ connectionId: 'sf', candidate: DOUBTFUL }, { workspaceId: 'noplan' })).decision).toBe(Decision.REVIEW);
    expect(await queue('noplan')).toEqual([]);
    expect((await client.listDecisions({ connectionId: 'sf' }, { workspaceId: 'noplan' })).decisions).toEqual([]);
  });

  it('"yes" links the company to the account, for every later decision', async () => {
    await careful('yes');
    await pulled('yes', [DOUBTED]);
    await planned('yes', 'p', [DOUBTFUL]);
    expect(await answer('yes', { companyId: 'co1', answer: Answer.YES, accountId: '001A', version: 1 })).toMatchObject({ code: '', review: { state: ReviewState.ANSWERED, version: 2, accountId: '001A', answeredBy: 'service:spec' } });
    expect(await planned('yes', 'p2', [DOUBTFUL])).toMatchObject([{ decision: Decision.MATCH, accountId: '001A', rule: 'link', reason: expect.stringContaining('by a person') }]);
    expect((await client.listLinks({ connectionId: 'sf' }, { workspaceId: 'yes' })).links).toMatchObject([{ companyId: 'co1', accountId: '001A', origin: 'person' }]);
    expect(await queue('yes')).toEqual([]);
  });

  it('"no" keeps the company from that account for ever, whatever its name becomes', async () => {
    await careful('no');
    await pulled('no', [DOUBTED]);
    await planned('no', 'p', [DOUBTFUL]);
    expect(await answer('no', { companyId: 'co1', answer: Answer.NO })).toMatchObject({ review: { state: ReviewState.ANSWERED, accountId: '', accounts: [{ refused: true }] } });
    const renamed = company('co1', 'Northwind Traders', 'northwind.com');
    expect(await planned('no', 'p2', [renamed])).toMatchObject([{ decision: Decision.NEW, accountId: '' }]);
    expect(await planned('no', 'p2', [company('co9', 'Northwind Traders', 'northwind.com')])).toMatchObject([{ decision: Decision.MATCH, accountId: '001A' }]);
    expect(await queue('no')).toEqual([]);
  });

  it('"no" to one of several accounts leaves the question open for the others', async () => {
    await careful('several');
    await pulled('several', [DOUBTED, account('001B', 'Fabrikam Logistics', 'northwind.com')]);
    await planned('several', 'p', [DOUBTFUL]);
    expect(await answer('several', { companyId: 'co1', answer: Answer.NO, accountId: '001B' })).toMatchObject({ review: { state: ReviewState.OPEN, version: 2 } });
    const [review] = await queue('several');
    expect(Object.fromEntries((review?.accounts ?? []).map((a) => [a.accountId, a.refused]))).toEqual({ '001A': false, '001B': true });
    await planned('several', 'p2', [DOUBTFUL]);
    expect((await queue('several'))[0]?.accounts.map((a) => a.accountId)).toEqual(['001A']);
    expect(await answer('several', { companyId: 'co1', answer: Answer.NO, accountId: '001A' })).toMatchObject({ review: { state: ReviewState.ANSWERED } });
  });

  it('"link" takes any account of the CRM, found by name or id, and none that is not there', async () => {
    await careful('link');
    await pulled('link', [DOUBTED, account('001L', 'Contoso Holdings', 'contoso.example', 'DE')]);
    await planned('link', 'p', [DOUBTFUL]);
    const search = async (text: string) => (await client.searchAccounts({ connectionId: 'sf', search: text }, { workspaceId: 'link' })).accounts.map((a) => a.accountId);
    expect(await search('contoso')).toEqual(['001L']);
    expect(await search('001L')).toEqual(['001L']);
    expect(await search('%%')).toEqual([]);
    await expect(search('m')).rejects.toMatchObject({ kind: 'Invalid', field: 'search' });
    expect(await answer('link', { companyId: 'co1', answer: Answer.YES, accountId: '001L' })).toMatchObject({ code: 'matching.review.account_not_shown', problem: { field: 'account_id' }, review: undefined });
    expect(await answer('link', { companyId: 'co1', answer: Answer.LINK, accountId: '001X' })).toMatchObject({ code: 'matching.account_unknown', problem: { field: 'account_id' } });
    expect(await answer('link', { companyId: 'co1', answer: Answer.LINK, accountId: '001L' })).toMatchObject({ code: '', review: { accountId: '001L' } });
    expect(await planned('link', 'p2', [DOUBTFUL])).toMatchObject([{ decision: Decision.MATCH, accountId: '001L' }]);
  });

  it('takes an answer back: the company is asked about again, and who said what stays on record', async () => {
    await careful('back');
    await pulled('back', [DOUBTED]);
    await planned('back', 'p', [DOUBTFUL]);
    await answer('back', { companyId: 'co1', answer: Answer.NO });
    await answer('back', { companyId: 'co1', answer: Answer.YES, accountId: '001A' });
    expect(await answer('back', { companyId: 'co1', answer: Answer.WITHDRAW })).toMatchObject({ review: { state: ReviewState.OPEN, accountId: '' } });
    expect(await planned('back', 'p2', [DOUBTFUL])).toMatchObject([{ decision: Decision.REVIEW }]);
    expect(await queue('back')).toHaveLength(1);
    expect(await answer('back', { companyId: 'co1', answer: Answer.WITHDRAW })).toMatchObject({ code: 'matching.review.not_answered' });
    const all = (await client.listReviewAnswers({ withdrawnToo: true }, { workspaceId: 'back' })).pairs;
    expect(all).toMatchObject([{ same: false, withdrawnBy: 'service:spec' }, { same: true, withdrawnBy: 'service:spec' }]);
    expect((await client.listReviewAnswers({}, { workspaceId: 'back' })).pairs).toEqual([]);
  });

  it('loses nobody\'s answer: an old version is refused, the same answer again changes nothing', async () => {
    await careful('twice');
    await pulled('twice', [DOUBTED]);
    await planned('twice', 'p', [DOUBTFUL]);
    const yes = { companyId: 'co1', answer: Answer.YES, accountId: '001A', version: 1 };
    await answer('twice', yes);
    expect(await answer('twice', yes)).toMatchObject({ code: '', review: { version: 2 } });
    expect(await answer('twice', { companyId: 'co1', answer: Answer.NO, version: 1 })).toMatchObject({ code: 'matching.review.version', problem: { field: 'version' } });
    expect((await client.listReviewAnswers({}, { workspaceId: 'twice' })).pairs).toHaveLength(1);
  });

  it('answers a batch with a result for each, the refused beside the done', async () => {
    await careful('batch');
    await pulled('batch', [DOUBTED]);
    await planned('batch', 'p', [DOUBTFUL]);
    const answers = [{ companyId: 'nobody', answer: Answer.NO }, { companyId: 'co1', answer: Answer.YES }, { companyId: 'co1', answer: Answer.NO }].map((one) => matching.ReviewAnswer.fromPartial({ connectionId: 'sf', ...one }));
    const { results } = await client.answerReview({ answers }, { workspaceId: 'batch' });
    expect(results.map((one) => [one.companyId, one.code, one.problem?.field ?? ''])).toEqual([['nobody', 'matching.review.unknown', 'company_id'], ['co1', 'matching.review.account_missing', 'account_id'], ['co1', '', '']]);
    await expect(client.answerReview({ answers: [] }, { workspaceId: 'batch' })).rejects.toMatchObject({ kind: 'Invalid', field: 'answers' });
  });

  it('closes a question that no longer applies, and asks again when it does', async () => {
    await careful('closes');
    await pulled('closes', [DOUBTED]);
    await planned('closes', 'p', [DOUBTFUL]);
    await planned('closes', 'p2', [company('co1', 'Northwind Traders', 'northwind.com')]);
    expect(await queue('closes')).toEqual([]);
    expect(await queue('closes', ReviewState.CLOSED)).toMatchObject([{ companyId: 'co1', state: ReviewState.CLOSED, version: 2 }]);
    await planned('closes', 'p3', [DOUBTFUL]);
    expect(await queue('closes')).toMatchObject([{ companyId: 'co1', version: 3 }]);
  });

  it('pages through the queue, the likeliest first, without leaving one out', async () => {
    await careful('pages');
    await pulled('pages', Array.from({ length: 7 }, (_, at) => account(`00${at}`, `Northwind ${'abcdefg'[at]}lpha`, `site${at}.com`)));
    await planned('pages', 'p', Array.from({ length: 7 }, (_, at) => company(`co${at}`, 'Meridian Analytics', `site${at}.com`, at % 2 ? 'US' : '')));
    const seen: matching.Review[] = [];
    for (let cursor = ''; ;) {
      const { reviews, page } = await client.listReviews({ connectionId: 'sf', page: { limit: 2, cursor } }, { workspaceId: 'pages' });
      seen.push(...reviews);
      expect(page?.total).toBe(7);
      cursor = page?.nextCursor ?? '';
      if (cursor === '') break;
    }
    expect(new Set(seen.map((one) => one.companyId)).size).toBe(7);
    expect(seen.map((one) => one.score)).toEqual(seen.map((one) => one.score).sort((a, b) => b - a));
    await expect(client.listReviews({ page: { limit: 2, cursor: 'x' } }, { workspaceId: 'pages' })).rejects.toMatchObject({ kind: 'Invalid', field: 'page.cursor' });
  });

  it('forgets the queue of a connection that was deleted, and keeps what people said', async () => {
    await careful('gone');
    await pulled('gone', [DOUBTED]);
    await planned('gone', 'p', [DOUBTFUL]);
    await answer('gone', { companyId: 'co1', answer: Answer.NO });
    await stage.told('gone', { connectionRemoved: true });
    await waitFor(async () => (await queue('gone', ReviewState.ANSWERED)).length === 0, { what: 'the queue forgetting the connection' });
    expect((await client.listReviewAnswers({}, { workspaceId: 'gone' })).pairs).toMatchObject([{ companyName: 'Meridian Analytics', accountName: 'Northwind Traders', same: false }]);
    expect((await client.listDecisions({ connectionId: 'sf' }, { workspaceId: 'gone' })).decisions).toEqual([]);
  });
});

describe('what plans decided', () => {
  it('CNA-6 keeps every decision of a plan with the version of the rules, and a bounded past', async () => {
    const workspace = { workspaceId: 'log' };
    await pulled('log', [account('001A', 'Globex', 'globex.com')]);
    const globex = company('co1', 'Globex Corporation', 'globex.com');
    await planned('log', 'p1', [globex, company('co2', 'Initech', 'initech.com')]);
    for (let at = 0; at < 12; at += 1) {
      await client.putMatchRules({ blocks: [{ name: `block ${at}`, allOf: [MatchType.STRICT] }] }, workspace);
      await planned('log', 'p2', [globex]);
    }
    expect((await client.listDecisions({ connectionId: 'sf' }, workspace)).decisions).toMatchObject([{ companyId: 'co1', planId: 'p2', rulesVersion: 13, name: 'Globex Corporation' }, { companyId: 'co2', planId: 'p1', decision: Decision.NEW }]);
    expect((await client.listDecisions({ connectionId: 'sf', planId: 'p1' }, workspace)).decisions.map((d) => d.companyId)).toEqual(['co2']);
    const past = (await client.listDecisions({ connectionId: 'sf', companyId: 'co1' }, workspace)).decisions.map((d) => d.rulesVersion);
    expect(past).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  });
});

describe('rules over the model', () => {
  it('CLC-9 keeps thresholds and ordered tie-breakers with every version, and says which are passed over', async () => {
    const workspace = { workspaceId: 'ties' };
    const order = [TieBreaker.MOST_CONTACTS, TieBreaker.OLDEST];
    const put = await client.putMatchRules({ matchAt: 0.9, reviewAt: 0.4, tieBreakers: order }, workspace);
    expect(put).toMatchObject({ version: 2, builtIn: true, matchAt: 0.9, reviewAt: 0.4, tieBreakers: order, passedOver: [TieBreaker.MOST_CONTACTS] });
    expect(await client.getMatchRules({}, workspace)).toEqual(put);
    expect((await client.putMatchRules({ matchAt: 0.9, reviewAt: 0.4, tieBreakers: order }, workspace)).version).toBe(2);
    expect(await client.putMatchRules({ tieBreakers: [...order].reverse(), version: 2 }, workspace)).toMatchObject({ version: 3, matchAt: undefined });
    await expect(client.putMatchRules({ version: 2 }, workspace)).rejects.toMatchObject({ kind: 'Conflict', field: 'version' });
  });

  it('CNA-6 refuses thresholds and tie-breakers that cannot work, naming each field', async () => {
    const put = (rules: Parameters<typeof client.putMatchRules>[0]) => client.putMatchRules(rules, { workspaceId: 'badties' });
    await expect(put({ matchAt: 1.5, reviewAt: 0, tieBreakers: [TieBreaker.OLDEST, TieBreaker.OLDEST] })).rejects.toMatchObject({ kind: 'Invalid', problems: [{ field: 'match_at' }, { field: 'review_at' }, { field: 'tie_breakers[1]' }] });
    await expect(put({ matchAt: 0.5, reviewAt: 0.6 })).rejects.toMatchObject({ problems: [{ field: 'review_at' }] });
    await expect(put({ tieBreakers: [TieBreaker.UNSPECIFIED] })).rejects.toMatchObject({ field: 'tie_breakers[0]' });
  });

  it('shows what other rules would have decided, against the CRM as it is, and writes nothing', async () => {
    const workspace = { workspaceId: 'simulate' };
    await pulled('simulate', [account('001A', 'Globex Corporation', 'globex.com', 'Canada'), account('001B', 'Initech', 'initech.com')]);
    await planned('simulate', 'p', [company('co1', 'Globex', 'globex.com', 'US'), company('co2', 'Initech', 'initech.com'), company('co3', 'Umbrella', 'umbrella.com')]);
    const before = (await client.listDecisions({ connectionId: 'sf' }, workspace)).decisions;
    // The CRM has moved since: that is no flip of the rules.
    await pulled('simulate', [account('001C', 'Umbrella', 'umbrella.com')]);
    const simulate = async (request: Partial<matching.SimulateRequest>) => {
      const flips: matching.Flip[] = [];
      let totals: matching.SimulationTotals | undefined;
      for await (const part of client.simulate({ connectionId: 'sf', ...request }, workspace)) {
        flips.push(...part.flips);
        totals = part.totals;
      }
      return { flips, totals };
    };
    const anywhere = await simulate({ blocks: [{ name: 'anywhere', allOf: [MatchType.NORMALISED_NAME], ignoreCountry: true }] });
    expect(anywhere.flips).toMatchObject([
      { companyId: 'co1', fromDecision: Decision.NEW, fromAccountId: '', toDecision: Decision.MATCH, toAccountId: '001A', toRule: 'anywhere', withoutChange: false },
      { companyId: 'co3', fromDecision: Decision.NEW, toDecision: Decision.MATCH, toAccountId: '001C', withoutChange: true },
    ]);
    expect(anywhere.totals).toEqual({ compared: 3, flips: 1, withoutChange: 1, byDecision: [{ fromDecision: Decision.NEW, toDecision: Decision.MATCH, count: 1 }] });
    expect((await simulate({})).totals).toMatchObject({ compared: 3, flips: 0, withoutChange: 1 });
    expect((await simulate({ planId: 'another plan' })).totals).toMatchObject({ compared: 0, flips: 0 });
    await expect(simulate({ blocks: [{ name: '', allOf: [MatchType.STRICT], ignoreCountry: false }] })).rejects.toMatchObject({ kind: 'Invalid', field: 'blocks[0].name' });
    expect((await client.listDecisions({ connectionId: 'sf' }, workspace)).decisions).toEqual(before);
    expect((await client.getMatchRules({}, workspace)).version).toBe(1);
  });
});
