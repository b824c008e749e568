import { segments } from '@signalbox/contracts';
import { conflict, invalid, notFound, type IdSource } from '@signalbox/kernel';
import { checkRule } from '../domain/rules/check-rule.ts';
import { checkNoCycle } from '../domain/rules/dependencies.ts';
import { segmentName } from '../domain/segment-name.ts';
import type { SegmentDraft, Segments, WorkspaceFacts } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';

const { SegmentKind } = segments;

/** The caller waits for the first evaluation no longer than this; the deadline of the call is 60 s. */
const EVALUATION_MS = 30_000;

/** Creates and changes segments; the answer has the size by the new rule. */
export class SaveSegment {
  constructor(
    private readonly segments: Segments,
    private readonly refresher: RefreshMembers,
    private readonly ids: IdSource,
    private readonly monotonicMs: () => number,
  ) {}

  async create(workspaceId: string, request: segments.CreateSegmentRequest): Promise<segments.Segment> {
    const id = this.ids.next();
    const name = segmentName(request.name);
    await this.segments.create(workspaceId, (facts) => checked({ id, name, kind: request.kind, rule: request.rule }, facts));
    return this.saved(workspaceId, id);
  }

  /** An empty name or a missing rule is left as it is. A version other than 0 must be the present one, unless nothing changes. */
  async update(workspaceId: string, request: segments.UpdateSegmentRequest): Promise<segments.Segment> {
    await this.segments.update(workspaceId, request.id, (present, facts) => {
      const name = request.name === '' ? present.name : segmentName(request.name);
      const rule = request.rule ?? present.rule;
      if (name === present.name && sameRule(rule, present.rule)) return undefined;
      if (request.version !== 0 && request.version !== present.version) {
        throw conflict('segments.segment.version', `Somebody has changed this segment meanwhile: it is at version ${present.version}, not ${request.version}. Load it again and repeat your change.`, { field: 'version' });
      }
      return checked({ id: present.id, name, kind: present.kind, rule }, facts);
    });
    return this.saved(workspaceId, request.id);
  }

  private async saved(workspaceId: string, id: string): Promise<segments.Segment> {
    await this.refresher.refresh(workspaceId, this.monotonicMs() + EVALUATION_MS);
    const [segment] = await this.segments.get(workspaceId, [id]);
    if (!segment) throw notFound('segments.segment.not_found', 'The segment was deleted in the meantime.');
    return segment;
  }
}

function sameRule(a: segments.RuleNode | undefined, b: segments.RuleNode | undefined): boolean {
  return JSON.stringify(a && segments.RuleNode.toJSON(a)) === JSON.stringify(b && segments.RuleNode.toJSON(b));
}

function checked(draft: SegmentDraft, facts: WorkspaceFacts): SegmentDraft {
  if (draft.kind === SegmentKind.STATIC) {
    if (draft.rule) throw invalid('segments.segment.rule_of_static', 'A static segment is a list and has no rule. Leave the rule out, or make the segment dynamic.', { field: 'rule' });
    return draft;
  }
  if (draft.kind !== SegmentKind.DYNAMIC) throw invalid('segments.segment.kind', 'The segment does not say what it is. Choose dynamic (a rule) or static (a list).', { field: 'kind' });
  const { rule } = draft;
  checkRule(rule, facts);
  checkNoCycle(draft, rule, facts.graph);
  return draft;
}
