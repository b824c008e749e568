import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { segments } from '@signalbox/contracts';
import { AnswerOnce } from '../../../application/answer-once.ts';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { onceRequest } from '../once-interceptor.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { CompaniesBatch, CompaniesQuery } from '../schemas/segments.ts';
import { PageQuery, pageRequest } from '../schemas/shared.ts';
import { aborted } from '../streams/send-csv.ts';
import { openUpload, type Upload } from '../streams/upload.ts';
import { CLIENTS } from '../tokens.ts';

const IMPORT = 'segments.v1.CompanyImport';
const UPSERTED = 'segments.v1.UpsertCompaniesResponse';

@Controller('api/v1')
export class CompaniesController {
  constructor(
    @Inject(CLIENTS) private readonly clients: Clients,
    @Inject(AnswerOnce) private readonly answers: AnswerOnce,
  ) {}

  @Get('companies')
  @Requires('SEGMENTS_READ')
  @Answers('Companies.', pageOf('segments.v1.ListCompaniesResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(CompaniesQuery) query: z.infer<typeof CompaniesQuery>) {
    return toPage('segments.v1.ListCompaniesResponse', await this.clients.segments.listCompanies({ search: query.search, page: pageRequest(query) }, call));
  }

  @Post('companies')
  @Requires('SEGMENTS_WRITE')
  @Once({ repeatable: true })
  @HttpCode(200)
  @Answers('Creates or updates up to 1,000 companies by sourceId; a result for each, in order.', pageOf(UPSERTED))
  async upsert(@CallerOf() { call }: Caller, @BodyOf(CompaniesBatch) body: z.infer<typeof CompaniesBatch>) {
    return toPage(UPSERTED, await this.clients.segments.upsertCompanies(fromJson<segments.UpsertCompaniesRequest>('segments.v1.UpsertCompaniesRequest', body), call));
  }

  @Get('company-fields')
  @Requires('SEGMENTS_READ')
  @Answers('Fields that a rule or a mapping may use.', pageOf('segments.v1.ListCompanyFieldsResponse'))
  async fields(@CallerOf() { call }: Caller) {
    return toPage('segments.v1.ListCompanyFieldsResponse', await this.clients.segments.listCompanyFields({}, call));
  }

  @Post('companies/imports')
  @Requires('SEGMENTS_WRITE')
  @Once({ repeatable: false, streamed: true })
  @ApiBody({ required: true, description: 'The CSV file, streamed, of any size: as it is (text/csv, its name in ?fileName= or content-disposition), or the first file of multipart/form-data.', schema: { type: 'string' } })
  @Answers('Imports a CSV file of companies; answers when it has been read to the end.', one(IMPORT), { status: 201 })
  async import(@CallerOf() { call }: Caller, @Req() request: Request, @Res() response: Response) {
    try {
      await this.importOnce(await openUpload(request), call, request, response);
    } finally {
      // What nobody wanted to read is let go, or the connection could not be used again.
      request.unpipe();
      request.resume();
    }
  }

  @Get('companies/imports')
  @Requires('SEGMENTS_READ')
  @Answers('Imports, newest first.', pageOf('segments.v1.ListImportsResponse'))
  async imports(@CallerOf() { call }: Caller, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('segments.v1.ListImportsResponse', await this.clients.segments.listImports({ page: pageRequest(query) }, call));
  }

  @Get('companies/imports/:id')
  @Requires('SEGMENTS_READ')
  @Answers('One import.', one(IMPORT))
  async getImport(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(IMPORT, await this.clients.segments.getImport({ id }, call));
  }

  @Get('companies/imports/:id/problems')
  @Requires('SEGMENTS_READ')
  @Answers('Rows that were not taken, each with its line and reason.', pageOf('segments.v1.ListImportProblemsResponse'))
  async problems(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('segments.v1.ListImportProblemsResponse', await this.clients.segments.listImportProblems({ id, page: pageRequest(query) }, call));
  }

  private async importOnce(upload: Upload, call: Caller['call'], request: Request, response: Response): Promise<void> {
    const once = onceRequest(request, false, undefined);
    const beginning = once && (await this.answers.begin(once));
    if (beginning?.kind === 'replay') {
      beginning.checkBody(await upload.hashAll());
      response.setHeader('idempotency-replayed', 'true').status(beginning.answer.status).json(beginning.answer.body);
      return;
    }
    const send = async () => toJson(IMPORT, await this.clients.segments.importCompanies(parts(upload), { ...call, signal: aborted(response) }));
    const body = await send().catch(async (error: unknown) => {
      await beginning?.turn.fail(error);
      throw error;
    });
    await beginning?.turn.finish({ status: 201, body }, beginning && (await upload.hashAll()));
    response.status(201).json(body);
  }
}

/** The first message says what the file is, the others carry its bytes. */
async function* parts(upload: Upload): AsyncGenerator<{ part: segments.ImportCompaniesRequest['part'] }> {
  yield { part: { $case: 'start', start: { fileName: upload.fileName, sizeBytes: upload.sizeBytes } } };
  for await (const chunk of upload.chunks()) yield { part: { $case: 'chunk', chunk } };
}
