import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { orchestrations } from '@signalbox/contracts';
import { isSignalboxError } from '@signalbox/kernel';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { traceIdOfRequest } from '../request-context.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { PlanRecordsQuery, RunNowBody, RunRecordsQuery, RunsQuery } from '../schemas/orchestrations.ts';
import { PageQuery, pageRequest } from '../schemas/shared.ts';
import { planColumns, planRow } from '../streams/csv-rows.ts';
import { aborted, sendCsv } from '../streams/send-csv.ts';
import { sendEvents } from '../streams/server-sent.ts';
import { CLIENTS, GATEWAY_CONFIG } from '../tokens.ts';

const PLAN = 'orchestrations.v1.Plan';
const RUN = 'orchestrations.v1.Run';
const RECORDS = 'orchestrations.v1.ListPlanRecordsResponse';
type RecordsQuery = z.infer<typeof RunRecordsQuery>;

const recordsRequest = (planId: string, query: RecordsQuery) =>
  ({ ...fromJson<Partial<orchestrations.ListPlanRecordsRequest>>('orchestrations.v1.ListPlanRecordsRequest', { action: query.action, state: query.state }), planId, page: pageRequest(query) });

@Controller('api/v1')
export class PlansController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Post('orchestrations/:id/previews')
  @Requires('ORCHESTRATIONS_READ')
  @Once({ repeatable: true })
  @HttpCode(202)
  @Answers('Starts a new preview; one that is being generated already is returned instead. Ask GET /plans/{id} until it is ready.', one(PLAN), { status: 202 })
  async preview(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(PLAN, await this.clients.orchestrations.generatePreview({ orchestrationId: id }, call));
  }

  @Post('runs/:id/undo')
  @Requires('ORCHESTRATIONS_READ')
  @Once({ repeatable: true })
  @HttpCode(202)
  @Answers('Plans the reverse of a run that has ended: what it created is deleted, what it changed is set back, and what somebody else has changed since is left alone and listed. Writes nothing. Ask GET /plans/{id} until it is ready; POST /orchestrations/{id}/runs with its id as previewId undoes the run.', one(PLAN), { status: 202 })
  async undo(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(PLAN, await this.clients.orchestrations.planUndo({ runId: id }, call));
  }

  @Get('plans/:id')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('One plan: a preview, or the plan of a run.', one(PLAN))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(PLAN, await this.clients.orchestrations.getPlan({ id }, call));
  }

  @Get('plans/:id/records')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('A sample of at most 100 records of a plan, each with its reason and evidence; with a cursor, the next 100.', pageOf(RECORDS))
  async records(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(PlanRecordsQuery) query: z.infer<typeof PlanRecordsQuery>) {
    return toPage(RECORDS, await this.clients.orchestrations.listPlanRecords(recordsRequest(id, query), call));
  }

  @Get('plans/:id/records.csv')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('Every record of a plan as CSV, streamed, of any size.', { type: 'string' }, { type: 'text/csv' })
  async csv(@CallerOf() { call }: Caller, @Param('id') id: string, @Res() response: Response) {
    const plan = await this.clients.orchestrations.getPlan({ id }, call);
    const fields = await this.mappedFields(plan.orchestrationId, call);
    const batches = this.clients.orchestrations.streamPlanRecords({ planId: id }, { ...call, signal: aborted(response) });
    await sendCsv(response, `plan-${id}.csv`, planColumns(fields), rowsOf(batches, fields));
  }

  /** CRM fields that get a column of their own; without a profile (it may be deleted) changes stand in the last column. */
  private async mappedFields(orchestrationId: string, call: Caller['call']): Promise<string[]> {
    try {
      const { mappingProfileId } = await this.clients.orchestrations.getOrchestration({ id: orchestrationId }, call);
      if (!mappingProfileId) return [];
      const profile = await this.clients.orchestrations.getMappingProfile({ id: mappingProfileId }, call);
      return [...new Set(profile.mappings.map((m) => m.crmField))];
    } catch (error) {
      if (isSignalboxError(error) && error.kind === 'NotFound') return [];
      throw error;
    }
  }
}

async function* rowsOf(batches: AsyncIterable<{ records: orchestrations.PlanRecord[] }>, fields: readonly string[]) {
  for await (const batch of batches) yield batch.records.map((record) => planRow(record, fields));
}

async function* asJson(runs: AsyncIterable<orchestrations.Run>) {
  for await (const run of runs) yield toJson(RUN, run);
}

@Controller('api/v1')
export class RunsController {
  constructor(
    @Inject(CLIENTS) private readonly clients: Clients,
    @Inject(GATEWAY_CONFIG) private readonly config: { heartbeatMs: number },
  ) {}

  @Post('orchestrations/:id/runs')
  @Requires('ORCHESTRATIONS_RUN')
  @Once({ repeatable: true })
  @HttpCode(202)
  @Answers('Run now: queues a run, or joins the one that is queued or running. With the preview of an undo: undoes that run.', one(RUN), { status: 202 })
  async runNow(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(RunNowBody) { previewId, confirmation }: z.infer<typeof RunNowBody>) {
    return toJson(RUN, await this.clients.orchestrations.runNow({ orchestrationId: id, previewId, confirmation }, call));
  }

  @Get('orchestrations/:id/runs')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('Runs of one orchestration, newest first.', pageOf('orchestrations.v1.ListRunsResponse'))
  async ofOrchestration(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('orchestrations.v1.ListRunsResponse', await this.clients.orchestrations.listRuns({ orchestrationId: id, page: pageRequest(query) }, call));
  }

  @Get('runs')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('Runs, newest first.', pageOf('orchestrations.v1.ListRunsResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(RunsQuery) query: z.infer<typeof RunsQuery>) {
    return toPage('orchestrations.v1.ListRunsResponse', await this.clients.orchestrations.listRuns({ orchestrationId: query.orchestrationId, page: pageRequest(query) }, call));
  }

  @Get('runs/:id')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('One run with its counts.', one(RUN))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(RUN, await this.clients.orchestrations.getRun({ id }, call));
  }

  @Get('runs/:id/records')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('What became of each record of a run; empty while it has no plan yet.', pageOf(RECORDS))
  async records(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(RunRecordsQuery) query: RecordsQuery) {
    const { planId } = await this.clients.orchestrations.getRun({ id }, call);
    if (!planId) return { items: [], nextCursor: null, total: 0 };
    return toPage(RECORDS, await this.clients.orchestrations.listPlanRecords(recordsRequest(planId, query), call));
  }

  @Get('runs/:id/events')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('The run as server-sent events: `run` each time that it changes, `end` when it has ended, `problem` when watching failed.', { type: 'string' }, { type: 'text/event-stream' })
  async events(@CallerOf() { call }: Caller, @Param('id') id: string, @Req() request: Request, @Res() response: Response) {
    const runs = this.clients.orchestrations.watchRun({ id }, { ...call, signal: aborted(response) });
    await sendEvents(response, 'run', asJson(runs), { heartbeatMs: this.config.heartbeatMs, traceId: traceIdOfRequest(request) });
  }

  @Post('runs/:id/cancel')
  @Requires('ORCHESTRATIONS_RUN')
  @HttpCode(202)
  @Answers('Cancels a run; what was written stays recorded.', one(RUN), { status: 202 })
  async cancel(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(RUN, await this.clients.orchestrations.cancelRun({ id }, call));
  }

  @Post('runs/:id/override')
  @Requires('ORCHESTRATIONS_RUN')
  @HttpCode(202)
  @Answers('Lets a halted run go on past its guardrail, this once.', one(RUN), { status: 202 })
  async override(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(RUN, await this.clients.orchestrations.overrideRun({ id }, call));
  }
}
