import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { segments, types } from '@signalbox/contracts';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { MembersChange, NewSegment, Publication, RulePreviewBody, SegmentPatch } from '../schemas/segments.ts';
import { PageQuery, pageRequest } from '../schemas/shared.ts';
import { MEMBER_COLUMNS, memberRow } from '../streams/csv-rows.ts';
import { aborted, sendCsv } from '../streams/send-csv.ts';
import { CLIENTS } from '../tokens.ts';

const SEGMENT = 'segments.v1.Segment';

@Controller('api/v1/segments')
export class SegmentsController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get()
  @Requires('SEGMENTS_READ')
  @Answers('Segments.', pageOf('segments.v1.ListSegmentsResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('segments.v1.ListSegmentsResponse', await this.clients.segments.listSegments({ page: pageRequest(query) }, call));
  }

  @Post()
  @Requires('SEGMENTS_WRITE')
  @Once({ repeatable: false })
  @Answers('Makes a segment.', one(SEGMENT), { status: 201 })
  async create(@CallerOf() { call }: Caller, @BodyOf(NewSegment) body: z.infer<typeof NewSegment>) {
    return toJson(SEGMENT, await this.clients.segments.createSegment(fromJson<segments.CreateSegmentRequest>('segments.v1.CreateSegmentRequest', body), call));
  }

  @Post('preview')
  @Requires('SEGMENTS_READ')
  @HttpCode(200)
  @Answers('How many companies a rule would hold now, with a sample; nothing is saved.', one('segments.v1.PreviewRuleResponse'))
  async preview(@CallerOf() { call }: Caller, @BodyOf(RulePreviewBody) body: z.infer<typeof RulePreviewBody>) {
    return toJson('segments.v1.PreviewRuleResponse', await this.clients.segments.previewRule(fromJson<segments.PreviewRuleRequest>('segments.v1.PreviewRuleRequest', body), call));
  }

  @Get(':id')
  @Requires('SEGMENTS_READ')
  @Answers('One segment.', one(SEGMENT))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(SEGMENT, await this.clients.segments.getSegment({ id }, call));
  }

  @Patch(':id')
  @Requires('SEGMENTS_WRITE', 'SEGMENTS_READ')
  @Answers('Changes a segment; what is not named stays.', one(SEGMENT))
  async update(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(SegmentPatch) body: z.infer<typeof SegmentPatch>) {
    const now = await this.clients.segments.getSegment({ id }, call);
    const { rule } = fromJson<segments.UpdateSegmentRequest>('segments.v1.UpdateSegmentRequest', body);
    return toJson(SEGMENT, await this.clients.segments.updateSegment({ id, name: body.name ?? now.name, rule: rule ?? now.rule, version: body.version ?? now.version }, call));
  }

  @Delete(':id')
  @Requires('SEGMENTS_WRITE')
  @HttpCode(204)
  @Answers('Deletes a segment.', undefined)
  async remove(@CallerOf() { call }: Caller, @Param('id') id: string) {
    await this.clients.segments.deleteSegment({ id }, call);
  }

  @Get(':id/members')
  @Requires('SEGMENTS_READ')
  @Answers('The companies in a segment.', pageOf('segments.v1.ListMembersResponse'))
  async members(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('segments.v1.ListMembersResponse', await this.clients.segments.listMembers({ segmentId: id, page: pageRequest(query) }, call));
  }

  @Post(':id/members')
  @Requires('SEGMENTS_WRITE')
  @HttpCode(200)
  @Answers('Adds companies to a static segment and takes them out; says what came of each.', one('segments.v1.ChangeMembersResponse'))
  async change(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(MembersChange) body: z.infer<typeof MembersChange>) {
    return toJson('segments.v1.ChangeMembersResponse', await this.clients.segments.changeMembers({ segmentId: id, ...body }, call));
  }

  @Get(':id/members.csv')
  @Requires('SEGMENTS_READ')
  @Answers('All companies in a segment as CSV, streamed.', { type: 'string' }, { type: 'text/csv' })
  async csv(@CallerOf() { call }: Caller, @Param('id') id: string, @Res() response: Response) {
    // Asked first, so that an unknown segment is a 404 and no empty file.
    await this.clients.segments.getSegment({ id }, call);
    const batches = this.clients.segments.streamMembers({ segmentId: id }, { ...call, signal: aborted(response) });
    await sendCsv(response, `segment-${id}.csv`, MEMBER_COLUMNS, rowsOf(batches));
  }

  @Put(':id/publication')
  @Requires('SEGMENTS_WRITE')
  @Answers('Publishes a segment, or changes under which name and for what it is published.', one('segments.v1.PublishedSegment'))
  async publish(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(Publication) body: z.infer<typeof Publication>) {
    return toJson('segments.v1.PublishedSegment', await this.clients.segments.publishSegment({ segmentId: id, name: body.name ?? '', enabled: body.enabled }, call));
  }

  @Delete(':id/publication')
  @Requires('SEGMENTS_WRITE')
  @HttpCode(204)
  @Answers('Unpublishes a segment; the segment itself stays.', undefined)
  async unpublish(@CallerOf() { call }: Caller, @Param('id') id: string) {
    await this.clients.segments.unpublishSegment({ segmentId: id }, call);
  }

  @Get(':id/closure')
  @Requires('SEGMENTS_READ')
  @Answers('The segment and every segment that it is built from.', pageOf('segments.v1.GetSegmentClosureResponse'))
  async closure(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toPage('segments.v1.GetSegmentClosureResponse', await this.clients.segments.getSegmentClosure({ id }, call));
  }
}

@Controller('api/v1/published-segments')
export class PublishedSegmentsController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get()
  @Requires('SEGMENTS_READ')
  @Answers('Published segments, by published name; at most 200.', pageOf('segments.v1.ListPublishedSegmentsResponse'))
  async list(@CallerOf() { call }: Caller) {
    return toPage('segments.v1.ListPublishedSegmentsResponse', await this.clients.segments.listPublishedSegments({}, call));
  }
}

async function* rowsOf(batches: AsyncIterable<{ companies: types.Company[] }>) {
  for await (const batch of batches) yield batch.companies.map(memberRow);
}
