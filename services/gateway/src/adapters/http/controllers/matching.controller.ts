import { Controller, Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import type { z } from 'zod';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, BodyOf, CallerOf, QueryOf, Requires, type Caller } from '../routing.ts';
import { MatchBody, MatchRulesBody } from '../schemas/connections.ts';
import { NightlySyncBody, SubjectQuery } from '../schemas/orchestrations.ts';
import { pageRequest } from '../schemas/shared.ts';
import { CLIENTS } from '../tokens.ts';

const RULES = 'matching.v1.MatchRules';
const NIGHTLY = 'scheduler.v1.NightlySync';

@Controller('api/v1')
export class MatchingController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Post('match')
  @Requires('MATCHING_READ')
  @HttpCode(200)
  @Answers('Whether a company is already in the CRM, with the evidence.', one('matching.v1.MatchDecision'))
  async match(@CallerOf() { call }: Caller, @BodyOf(MatchBody) body: z.infer<typeof MatchBody>) {
    return toJson('matching.v1.MatchDecision', await this.clients.matching.match(body, call));
  }

  @Get('match-rules')
  @Requires('MATCHING_READ')
  @Answers('The match rules of the workspace.', one(RULES))
  async rules(@CallerOf() { call }: Caller) {
    return toJson(RULES, await this.clients.matching.getMatchRules({}, call));
  }

  @Put('match-rules')
  @Requires('MATCHING_WRITE')
  @Answers('Replaces the match rules: blocks in order, strict to loose; thresholds; tie-breakers in order.', one(RULES))
  async putRules(@CallerOf() { call }: Caller, @BodyOf(MatchRulesBody) body: z.infer<typeof MatchRulesBody>) {
    return toJson(RULES, await this.clients.matching.putMatchRules(fromJson('matching.v1.PutMatchRulesRequest', body), call));
  }
}

@Controller('api/v1')
export class SchedulesController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get('nightly-sync')
  @Requires('SCHEDULES_READ')
  @Answers('The time of day at which scheduled runs happen.', one(NIGHTLY))
  async nightlySync(@CallerOf() { call }: Caller) {
    return toJson(NIGHTLY, await this.clients.scheduler.getNightlySync({}, call));
  }

  @Put('nightly-sync')
  @Requires('SCHEDULES_WRITE')
  @Answers('Sets the time of day at which scheduled runs happen.', one(NIGHTLY))
  async putNightlySync(@CallerOf() { call }: Caller, @BodyOf(NightlySyncBody) body: z.infer<typeof NightlySyncBody>) {
    return toJson(NIGHTLY, await this.clients.scheduler.putNightlySync({ nightlySync: body }, call));
  }

  @Get('schedules')
  @Requires('SCHEDULES_READ')
  @Answers('Orchestrations and when each is due next.', pageOf('scheduler.v1.ListSchedulesResponse'))
  async schedules(@CallerOf() { call }: Caller, @QueryOf(SubjectQuery) query: z.infer<typeof SubjectQuery>) {
    return toPage('scheduler.v1.ListSchedulesResponse', await this.clients.scheduler.listSchedules({ subjectId: query.subjectId, page: pageRequest(query) }, call));
  }

  @Get('occurrences')
  @Requires('SCHEDULES_READ')
  @Answers('The ledger of scheduled occurrences, newest first.', pageOf('scheduler.v1.ListOccurrencesResponse'))
  async occurrences(@CallerOf() { call }: Caller, @QueryOf(SubjectQuery) query: z.infer<typeof SubjectQuery>) {
    return toPage('scheduler.v1.ListOccurrencesResponse', await this.clients.scheduler.listOccurrences({ subjectId: query.subjectId, page: pageRequest(query) }, call));
  }
}
