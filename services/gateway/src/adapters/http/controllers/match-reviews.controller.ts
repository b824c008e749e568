import { Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { matching } from '@signalbox/contracts';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { AccountSearchQuery, AnswersQuery, DecisionsQuery, ExplanationBody, ReviewAnswersBody, ReviewsQuery, SimulationBody } from '../schemas/match-reviews.ts';
import { pageRequest } from '../schemas/shared.ts';
import { LABELLED_PAIR_COLUMNS, labelledPairRow } from '../streams/csv-rows.ts';
import { everyPage } from '../streams/every-page.ts';
import { aborted, sendCsv } from '../streams/send-csv.ts';
import { CLIENTS } from '../tokens.ts';

const ANSWERED = 'matching.v1.AnswerReviewResponse';
const SIMULATED = 'matching.v1.SimulateResponse';
const PAIRS_AT_ONCE = 1_000;

/** What people decide about matching: reviews, answers, other rules. */
@Controller('api/v1')
export class MatchReviewsController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get('match-reviews')
  @Requires('MATCHING_READ')
  @Answers('Companies about which a person decides, the likeliest matches first.', pageOf('matching.v1.ListReviewsResponse'))
  async reviews(@CallerOf() { call }: Caller, @QueryOf(ReviewsQuery) query: z.infer<typeof ReviewsQuery>) {
    const which = fromJson<Pick<matching.ListReviewsRequest, 'state'>>('matching.v1.ListReviewsRequest', { state: query.state });
    return toPage('matching.v1.ListReviewsResponse', await this.clients.matching.listReviews({ ...which, connectionId: query.connectionId, page: pageRequest(query) }, call));
  }

  @Post('match-reviews/answers')
  @Requires('MATCHING_WRITE')
  @Once({ repeatable: true })
  @HttpCode(200)
  @Answers('Answers up to 1,000 reviews; a result for each, in order. An answer overrides the engine until it is taken back.', pageOf(ANSWERED))
  async answer(@CallerOf() { call }: Caller, @BodyOf(ReviewAnswersBody) body: z.infer<typeof ReviewAnswersBody>) {
    return toPage(ANSWERED, await this.clients.matching.answerReview(fromJson<matching.AnswerReviewRequest>('matching.v1.AnswerReviewRequest', body), call));
  }

  @Get('match-reviews/answers.csv')
  @Requires('MATCHING_READ')
  @Answers('Every answer as a labelled pair of company and account, as CSV, for evaluating the engine.', { type: 'string' }, { type: 'text/csv' })
  async csv(@CallerOf() { call }: Caller, @QueryOf(AnswersQuery) query: z.infer<typeof AnswersQuery>, @Res() response: Response) {
    await sendCsv(response, 'match-answers.csv', LABELLED_PAIR_COLUMNS, this.pairs(query, { ...call, signal: aborted(response) }));
  }

  @Get('match-accounts')
  @Requires('MATCHING_READ')
  @Answers('Accounts of a connection by id, name or website; those with the id or the very name first.', pageOf('matching.v1.SearchAccountsResponse'))
  async accounts(@CallerOf() { call }: Caller, @QueryOf(AccountSearchQuery) query: z.infer<typeof AccountSearchQuery>) {
    return toPage('matching.v1.SearchAccountsResponse', await this.clients.matching.searchAccounts(query, call));
  }

  @Get('match-decisions')
  @Requires('MATCHING_READ')
  @Answers('What was decided for previews and runs, with the versions of the rules and the model.', pageOf('matching.v1.ListDecisionsResponse'))
  async decisions(@CallerOf() { call }: Caller, @QueryOf(DecisionsQuery) query: z.infer<typeof DecisionsQuery>) {
    const { connectionId, companyId, planId } = query;
    return toPage('matching.v1.ListDecisionsResponse', await this.clients.matching.listDecisions({ connectionId, companyId, planId, page: pageRequest(query) }, call));
  }

  @Post('match/explanations')
  @Requires('MATCHING_READ')
  @HttpCode(200)
  @Answers('One company against one account: what speaks for and against.', one('matching.v1.ExplainResponse'))
  async explain(@CallerOf() { call }: Caller, @BodyOf(ExplanationBody) body: z.infer<typeof ExplanationBody>) {
    return toJson('matching.v1.ExplainResponse', await this.clients.matching.explain(body, call));
  }

  @Post('match-rules/simulation')
  @Requires('MATCHING_READ')
  @HttpCode(200)
  @Answers('Tries other rules on past decisions and the CRM as it is now: how many would flip, and the first of them. Nothing is written.', one(SIMULATED))
  async simulate(@CallerOf() { call }: Caller, @BodyOf(SimulationBody) body: z.infer<typeof SimulationBody>, @Res({ passthrough: true }) response: Response) {
    const { most, ...choice } = body;
    const answer: matching.SimulateResponse = { flips: [], totals: undefined };
    const request = fromJson<matching.SimulateRequest>('matching.v1.SimulateRequest', choice);
    for await (const { flips, totals } of this.clients.matching.simulate(request, { ...call, signal: aborted(response) })) {
      answer.flips.push(...flips.slice(0, most - answer.flips.length));
      answer.totals = totals;
    }
    return toJson(SIMULATED, answer);
  }

  private async *pairs({ connectionId, withdrawnToo }: z.infer<typeof AnswersQuery>, call: Caller['call'] & { signal: AbortSignal }) {
    const pages = everyPage((cursor) => this.clients.matching.listReviewAnswers({ connectionId, withdrawnToo, page: { limit: PAIRS_AT_ONCE, cursor } }, call));
    for await (const { pairs } of pages) yield pairs.map(labelledPairRow);
  }
}
