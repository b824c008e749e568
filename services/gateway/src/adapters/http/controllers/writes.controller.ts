import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { Clients } from '../../grpc/clients.ts';
import { pageOf } from '../contract-docs.ts';
import { toPage } from '../json/to-json.ts';
import { Answers, CallerOf, QueryOf, Requires, type Caller } from '../routing.ts';
import { WritesFileQuery, WritesQuery } from '../schemas/connections.ts';
import { pageRequest } from '../schemas/shared.ts';
import { WRITE_COLUMNS, writeRow } from '../streams/csv-rows.ts';
import { everyPage } from '../streams/every-page.ts';
import { aborted, sendCsv } from '../streams/send-csv.ts';
import { CLIENTS } from '../tokens.ts';

const WRITES_AT_ONCE = 1_000;
type Filter = z.infer<typeof WritesFileQuery>;

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

function asked({ connectionId, runId, crmId, state, search, since, until }: Filter) {
  return { connectionId, runId, crmId, state, search, since: date(since), until: date(until) };
}

/** What was written to each record of the CRMs. */
@Controller('api/v1')
export class WritesController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get('writes')
  @Requires('CONNECTIONS_READ')
  @Answers('Every write to every CRM record, newest first: when, by which run, each field before and after, and the CRM’s answer.', pageOf('crm_writer.v1.ListWritesResponse'))
  async writes(@CallerOf() { call }: Caller, @QueryOf(WritesQuery) query: z.infer<typeof WritesQuery>) {
    return toPage('crm_writer.v1.ListWritesResponse', await this.clients.crmWriter.listWrites({ ...asked(query), page: pageRequest(query) }, call));
  }

  @Get('writes.csv')
  @Requires('CONNECTIONS_READ')
  @Answers('The same as CSV, a row for each write.', { type: 'string' }, { type: 'text/csv' })
  async csv(@CallerOf() { call }: Caller, @QueryOf(WritesFileQuery) query: Filter, @Res() response: Response) {
    await sendCsv(response, 'writes.csv', WRITE_COLUMNS, this.rows(query, { ...call, signal: aborted(response) }));
  }

  private async *rows(query: Filter, call: Caller['call'] & { signal: AbortSignal }) {
    const pages = everyPage((cursor) => this.clients.crmWriter.listWrites({ ...asked(query), page: { limit: WRITES_AT_ONCE, cursor } }, call));
    for await (const { writes } of pages) yield writes.map(writeRow);
  }
}
