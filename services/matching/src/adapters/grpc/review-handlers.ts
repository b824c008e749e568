import type { matching } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { AnswerReviews } from '../../application/review-queue.ts';
import type { AccountSearch, DecisionLog, Reviews } from '../../application/review-ports.ts';
import type { SimulateRules } from '../../application/simulate-rules.ts';
import { indexOf } from './index-of.ts';
import { isLead, toChoice } from './messages.ts';
import { pageInfo, readPage } from './page.ts';
import { flipMessage, outcomeMessage, pairMessage, positionText, reviewMessage, storedMessage, toAnswer, toPosition, toState, totalsMessage } from './review-messages.ts';

export interface ReviewParts {
  reviews: Reviews;
  answers: AnswerReviews;
  log: DecisionLog;
  search: AccountSearch;
  simulate: SimulateRules;
}

type Own = 'listReviews' | 'answerReview' | 'listReviewAnswers' | 'searchAccounts' | 'listDecisions' | 'simulate';

const MOST_FOUND = 100;
const FOUND = 20;
const FLIPS_PER_MESSAGE = 500;

/** @throws Invalid `matching.search.too_short`, `matching.search.limit` */
function checkedSearch({ search, limit }: matching.SearchAccountsRequest): { search: string; limit: number } {
  if (search.trim().length < 2) throw invalid('matching.search.too_short', 'Search with at least two characters of the name or website, or with the whole id.', { field: 'search' });
  if (limit < 0 || limit > MOST_FOUND) throw invalid('matching.search.limit', `Ask for 1 to ${MOST_FOUND} accounts; ${limit} were asked for.`, { field: 'limit' });
  return { search, limit: limit || FOUND };
}

/** What people do: review, answer, search, and try rules. */
export function reviewHandlers({ reviews, answers, log, search, simulate }: ReviewParts): Pick<Handlers<typeof matching.MatchingServiceDefinition>, Own> {
  return {
    async listReviews(request, { principal: { workspaceId } }) {
      const { limit, after } = readPage(request.page);
      const which = { connectionId: request.connectionId, state: toState(request.state) };
      const [found, total] = await Promise.all([reviews.list(workspaceId, { ...which, after: toPosition(after), limit: limit + 1 }), reviews.count(workspaceId, which)]);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { reviews: page.map(reviewMessage), page: pageInfo(found.length > limit, last && positionText(last), total) };
    },

    async answerReview(request, { principal: { workspaceId, subject } }) {
      const given = request.answers.map(toAnswer);
      const outcomes = await answers.run(workspaceId, subject, given);
      return { results: outcomes.map((outcome, at) => outcomeMessage(outcome, given[at] as (typeof given)[number])) };
    },

    async listReviewAnswers(request, { principal: { workspaceId } }) {
      const { limit, after } = readPage(request.page);
      const found = await reviews.answers(workspaceId, { connectionId: request.connectionId, withdrawnToo: request.withdrawnToo, after: Number(after) || 0, limit: limit + 1 });
      const page = found.slice(0, limit);
      return { pairs: page.map(pairMessage), page: pageInfo(found.length > limit, page.at(-1)?.answerId.toString()) };
    },

    async searchAccounts(request, context) {
      const { search: text, limit } = checkedSearch(request);
      const found = await search.search(indexOf(request, context), text, limit);
      return { accounts: found.map(({ accountId, facts }) => ({ accountId, ...facts, score: 0, rule: '' })) };
    },

    async listDecisions(request, context) {
      const { limit, after } = readPage(request.page);
      const found = await log.list(indexOf(request, context), { leads: isLead(request.kind, 'kind'), companyId: request.companyId, planId: request.planId, after, limit: limit + 1 });
      const page = found.slice(0, limit);
      // Of one company there are a few, on one page.
      return { decisions: page.map(storedMessage), page: pageInfo(request.companyId === '' && found.length > limit, page.at(-1)?.companyId) };
    },

    async *simulate(request, context) {
      for await (const { flips, totals } of simulate.run(indexOf(request, context), toChoice(request), { planId: request.planId, leads: isLead(request.kind, 'kind') })) {
        for (let at = 0; at === 0 || at < flips.length; at += FLIPS_PER_MESSAGE) yield { flips: flips.slice(at, at + FLIPS_PER_MESSAGE).map(flipMessage), totals: totalsMessage(totals) };
      }
    },
  };
}
