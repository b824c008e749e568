import type { segments } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import { segmentName } from '../domain/segment-name.ts';
import { byNames } from '../domain/published-names.ts';
import type { CompanyNews, PublishedNames, Segments } from './ports.ts';

/** Most segments that a workspace publishes (PSN-2). */
export const MOST_PUBLISHED = 200;
const COMPANIES_AT_ONCE = 5_000;

const missing = (id: string) => notFound('segments.segment.not_found', `There is no segment with the id "${id.slice(0, 80)}". Choose one from the list of segments.`, { field: 'segment_id' });

/** Which segments are shown outside of Signalbox, and by which names (PSN-2). */
export class PublishSegments {
  constructor(
    private readonly segments: Pick<Segments, 'get'>,
    private readonly published: PublishedNames,
    private readonly news: Pick<CompanyNews, 'position'>,
  ) {}

  list(workspaceId: string): Promise<segments.PublishedSegment[]> {
    return this.published.list(workspaceId);
  }

  /** Publishes a segment, or changes how it is published. */
  async publish(workspaceId: string, { segmentId, name, enabled }: segments.PublishSegmentRequest): Promise<segments.PublishedSegment> {
    await this.published.put(workspaceId, { segmentId, name: name.trim() === '' ? undefined : segmentName(name), enabled }, MOST_PUBLISHED);
    const saved = (await this.published.list(workspaceId)).find((one) => one.segmentId === segmentId);
    if (!saved) throw missing(segmentId);
    return saved;
  }

  async unpublish(workspaceId: string, segmentId: string): Promise<void> {
    await this.published.remove(workspaceId, segmentId);
  }

  /** Every company with the names that are written for it, in the order of ids; the next batch is read when the one before has been taken. */
  async *companyNames(workspaceId: string, scopeSegmentId: string): AsyncGenerator<segments.StreamCompanyNamesResponse> {
    if (scopeSegmentId && (await this.segments.get(workspaceId, [scopeSegmentId])).length === 0) throw missing(scopeSegmentId);
    // Before anything else is read: what is given is at least as new.
    const { version } = await this.news.position(workspaceId);
    const enabled = byNames((await this.published.list(workspaceId)).filter((one) => one.enabled));
    yield { names: enabled.map((one) => one.name), companies: [], version };
    const looked = [...enabled.map((one) => one.segmentId), ...(scopeSegmentId ? [scopeSegmentId] : [])];
    const scopePlace = scopeSegmentId ? enabled.length : -1;
    if (looked.length === 0) return;
    for (let after: string | undefined; ;) {
      const through = await this.published.border(workspaceId, after, COMPANIES_AT_ONCE);
      if (through === undefined) return;
      const found = await this.published.places(workspaceId, looked, after, through);
      if (found.length > 0) {
        yield { names: [], version: 0, companies: found.map(({ companyId, places }) => ({ companyId, names: places.filter((place) => place !== scopePlace), inScope: places.includes(scopePlace) })) };
      }
      after = through;
    }
  }
}
