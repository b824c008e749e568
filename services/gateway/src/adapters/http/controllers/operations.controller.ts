import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { ParkedMessages } from '../../grpc/operations.ts';
import { one, pageOf } from '../contract-docs.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, CallerOf, QueryOf, Requires, type Caller } from '../routing.ts';
import { ParkedMessagesQuery } from '../schemas/operations.ts';
import { PARKED_MESSAGES } from '../tokens.ts';

const PAGE = 'operations.v1.ListParkedMessagesResponse';
const DISCARDED = 'operations.v1.DiscardParkedMessageResponse';

@Controller('api/v1/parked-messages')
export class OperationsController {
  constructor(@Inject(PARKED_MESSAGES) private readonly parked: ParkedMessages) {}

  @Get()
  @Requires('OPERATIONS_READ')
  @Answers('Messages that a service has put aside because handling them failed for good, newest first.', pageOf(PAGE))
  async list(@CallerOf() { call }: Caller, @QueryOf(ParkedMessagesQuery) query: z.infer<typeof ParkedMessagesQuery>) {
    return toPage(PAGE, await this.parked.list(query, call));
  }

  @Post(':service/:id/replay')
  @Requires('OPERATIONS_WRITE')
  @HttpCode(204)
  @Answers('Has a parked message handled again.', undefined)
  async replay(@CallerOf() { call }: Caller, @Param('service') service: string, @Param('id') id: string) {
    await this.parked.replay(service, id, call);
  }

  @Post(':service/:id/discard')
  @Requires('OPERATIONS_WRITE')
  @HttpCode(200)
  @Answers('Gives up on a parked message; refused where that would lose something. Says what became of its records.', one(DISCARDED))
  async discard(@CallerOf() { call }: Caller, @Param('service') service: string, @Param('id') id: string) {
    return toJson(DISCARDED, await this.parked.discard(service, id, call));
  }
}
