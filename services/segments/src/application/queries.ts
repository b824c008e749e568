import { type segments, type types } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import { ATTRIBUTE_PREFIX, COMPANY_FIELDS } from '../domain/rules/fields.ts';
import { checkRule } from '../domain/rules/check-rule.ts';
import { closureOf } from '../domain/rules/dependencies.ts';
import type { Companies, Members, Segments } from './ports.ts';

const SAMPLE = 20;
const STREAM_BATCH = 1_000;

const missing = (id: string) => notFound('segments.segment.not_found', `There is no segment with the id "${id.slice(0, 80)}". Choose one from the list of segments.`);

/** What is asked about companies and segments without changing anything. */
export class Queries {
  constructor(
    private readonly companies: Companies,
    private readonly segments: Segments,
    private readonly members: Members,
  ) {}

  async segment(workspaceId: string, id: string): Promise<segments.Segment> {
    const [segment] = await this.segments.get(workspaceId, [id]);
    if (!segment) throw missing(id);
    return segment;
  }

  /** The segment and all that it is built from, the asked one first. */
  async closure(workspaceId: string, id: string): Promise<segments.Segment[]> {
    const { graph } = await this.segments.facts(workspaceId);
    if (!graph.has(id)) throw missing(id);
    return this.segments.get(workspaceId, closureOf(graph, id));
  }

  async preview(workspaceId: string, rule: segments.RuleNode | undefined): Promise<segments.PreviewRuleResponse> {
    checkRule(rule, await this.segments.facts(workspaceId));
    return this.companies.preview(workspaceId, rule, SAMPLE);
  }

  /** Every member once, in the order of company ids; the next batch is read when the one before has been taken. */
  async *streamMembers(workspaceId: string, segmentId: string): AsyncGenerator<types.Company[]> {
    for (let after: string | undefined; ;) {
      const batch = await this.members.after(workspaceId, segmentId, after, STREAM_BATCH);
      if (batch.length > 0) yield batch;
      if (batch.length < STREAM_BATCH) return;
      after = batch.at(-1)!.id;
    }
  }

  async companyFields(workspaceId: string): Promise<segments.CompanyField[]> {
    const attributes = await this.companies.attributeNames(workspaceId);
    return [...COMPANY_FIELDS.map((field) => ({ ...field })), ...attributes.map((name) => ({ name: `${ATTRIBUTE_PREFIX}${name}`, label: name, type: 'text' }))];
  }
}
