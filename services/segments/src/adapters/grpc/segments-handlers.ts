import type { segments } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import type { HandlerContext, Handlers } from '@signalbox/platform-grpc';
import type { ChangeMembers } from '../../application/change-members.ts';
import type { ImportCompanies } from '../../application/import-companies.ts';
import { pageAsked, pageInfo } from '../../application/page.ts';
import type { Companies, CompanyNews, Imports, Members, Segments } from '../../application/ports.ts';
import type { PublishSegments } from '../../application/publish-segments.ts';
import type { Queries } from '../../application/queries.ts';
import type { SaveSegment } from '../../application/save-segment.ts';
import type { UpsertCompanies } from '../../application/upsert-companies.ts';

export interface UseCases {
  queries: Queries;
  save: SaveSegment;
  publish: PublishSegments;
  changeMembers: ChangeMembers;
  importCompanies: ImportCompanies;
  upsertCompanies: UpsertCompanies;
  companies: Companies;
  segments: Segments;
  members: Members;
  imports: Imports;
  news: CompanyNews;
}

type SegmentsHandlers = Handlers<segments.SegmentsServiceDefinition>;

const workspace = (context: HandlerContext) => context.principal.workspaceId;

function segmentHandlers(use: UseCases) {
  return {
    createSegment: (request, context) => use.save.create(workspace(context), request),
    updateSegment: (request, context) => use.save.update(workspace(context), request),
    async deleteSegment(request, context) {
      await use.segments.delete(workspace(context), request.id);
      return {};
    },
    getSegment: (request, context) => use.queries.segment(workspace(context), request.id),
    async listSegments(request, context) {
      const page = await use.segments.list(workspace(context), pageAsked(request.page, 1));
      return { segments: page.items, page: pageInfo(page) };
    },
    async getSegmentClosure(request, context) {
      return { segments: await use.queries.closure(workspace(context), request.id) };
    },
    previewRule: (request, context) => use.queries.preview(workspace(context), request.rule),
    async listMembers(request, context) {
      const page = await use.members.list(workspace(context), request.segmentId, pageAsked(request.page, 1));
      return { companies: page.items, page: pageInfo(page) };
    },
    async *streamMembers(request, context) {
      for await (const companies of use.queries.streamMembers(workspace(context), request.segmentId)) yield { companies };
    },
    async changeMembers(request, context) {
      const change = await use.changeMembers.run(workspace(context), request.segmentId, request.addCompanyIds, request.removeCompanyIds);
      return { addedCompanyIds: change.added, removedCompanyIds: change.removed, unknownCompanyIds: change.unknown };
    },
  } satisfies Partial<SegmentsHandlers>;
}

function publishedHandlers(use: UseCases) {
  return {
    async listPublishedSegments(_request, context) {
      return { published: await use.publish.list(workspace(context)) };
    },
    publishSegment: (request, context) => use.publish.publish(workspace(context), request),
    async unpublishSegment(request, context) {
      await use.publish.unpublish(workspace(context), request.segmentId);
      return {};
    },
    streamCompanyNames: (request, context) => use.publish.companyNames(workspace(context), request.scopeSegmentId),
  } satisfies Partial<SegmentsHandlers>;
}

function companyHandlers(use: UseCases) {
  const expectImport = async (context: HandlerContext, id: string) => {
    const found = await use.imports.get({ workspaceId: workspace(context), id });
    if (!found) throw notFound('segments.import.not_found', `There is no import with the id "${id.slice(0, 80)}". Choose one from the list of imports.`);
    return found;
  };
  return {
    importCompanies: (requests, context) => use.importCompanies.run(workspace(context), requests, context.signal),
    getImport: (request, context) => expectImport(context, request.id),
    async listImports(request, context) {
      const page = await use.imports.list(workspace(context), pageAsked(request.page, 1));
      return { imports: page.items, page: pageInfo(page) };
    },
    async listImportProblems(request, context) {
      await expectImport(context, request.id);
      const page = await use.imports.problems({ workspaceId: workspace(context), id: request.id }, pageAsked(request.page, 1));
      return { problems: page.items, page: pageInfo(page) };
    },
    async upsertCompanies(request, context) {
      return { results: await use.upsertCompanies.run(workspace(context), request.companies) };
    },
    async listCompanies(request, context) {
      const page = await use.companies.list(workspace(context), request.search, pageAsked(request.page, 1));
      return { companies: page.items, page: pageInfo(page) };
    },
    getCompaniesPosition: (_request, context) => use.news.position(workspace(context)),
    async listCompanyFields(_request, context) {
      return { fields: await use.queries.companyFields(workspace(context)) };
    },
  } satisfies Partial<SegmentsHandlers>;
}

/** The RPCs of the service; the workspace is the caller's, never the request's. */
export function segmentsHandlers(use: UseCases): SegmentsHandlers {
  return { ...segmentHandlers(use), ...publishedHandlers(use), ...companyHandlers(use) };
}
