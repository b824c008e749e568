import { crmWriter, matching, orchestrations, segments } from '@signalbox/contracts';
import { fromJson } from './from-json.ts';
import { jsonErrorAt } from './json-error.ts';
import { toJson, toPage } from './to-json.ts';

const at = new Date('2026-11-22T10:00:00.000Z');

describe('the contract as JSON', () => {
  it('shows enums as words, times in ISO, ids that are not set as null, and counts by name as an object', () => {
    const run = orchestrations.Run.fromPartial({
      id: 'r', orchestrationId: 'o', state: orchestrations.RunState.FINISHED, trigger: orchestrations.RunTrigger.PERSON, queuedAt: at,
      counts: { planned: 3, skippedByReason: [{ name: 'already_in_crm', count: 2 }] },
    });
    expect(toJson('orchestrations.v1.Run', run)).toMatchObject({
      id: 'r', planId: null, state: 'finished', trigger: 'person', queuedAt: '2026-11-22T10:00:00.000Z', finishedAt: null, counts: { planned: 3, skippedByReason: { already_in_crm: 2 }, apiCalls: {} }, plan: null, problem: '',
    });
  });

  it('does not take a name for an enum', () => {
    const segment = segments.Segment.fromPartial({ id: 's', name: 'SEGMENT_KIND_DYNAMIC', kind: segments.SegmentKind.STATIC });
    expect(toJson('segments.v1.Segment', segment)).toMatchObject({ name: 'SEGMENT_KIND_DYNAMIC', kind: 'static', rule: null });
    expect(toJson('segments.v1.Segment', segments.Segment.fromPartial({}))).toMatchObject({ id: '', kind: null });
  });

  it('carries a rule tree there and back', () => {
    const json = { rule: { group: { operator: 'any', children: [{ field: { field: 'country', operator: 'not_in', values: ['DE'] } }, { segment: { segmentId: 's2', negate: true } }, { crm: { kind: 'list', connectionId: 'c', reference: '00B' } }] } } };
    const request = segments.CreateSegmentRequest.fromPartial(fromJson('segments.v1.CreateSegmentRequest', { name: 'S', kind: 'dynamic', ...json }));
    expect(request.kind).toBe(segments.SegmentKind.DYNAMIC);
    const travelled = segments.CreateSegmentRequest.decode(segments.CreateSegmentRequest.encode(request).finish());
    expect(toJson('segments.v1.CreateSegmentRequest', travelled)).toEqual({ name: 'S', kind: 'dynamic', ...json });
  });

  it('shows text that holds JSON as JSON, and takes it so', () => {
    const settings = { owner: 'me', limit: 5, nested: { a: [1] } };
    const taken = fromJson<orchestrations.Orchestration>('orchestrations.v1.Orchestration', { name: 'O', settings, schedule: { mode: 'weekly', weekday: 'friday' } });
    expect(JSON.parse(taken.settingsJson)).toEqual(settings);
    expect(taken.schedule).toEqual({ mode: orchestrations.ScheduleMode.WEEKLY, weekday: orchestrations.Weekday.FRIDAY });
    expect(toJson('orchestrations.v1.Orchestration', orchestrations.Orchestration.fromPartial(taken))).toMatchObject({ settings, segmentId: null });
    expect(toJson('orchestrations.v1.Orchestration', orchestrations.Orchestration.fromPartial({}))).toMatchObject({ settings: {} });
  });

  it('leaves maps and lists as they are, and an optional number that is not known null', () => {
    const json = toJson('segments.v1.PreviewRuleResponse', segments.PreviewRuleResponse.fromPartial({ size: 1, sample: [{ id: 'c', attributes: { toString: 'x', Tier: 'A' } }] }));
    expect(json).toMatchObject({ size: 1, sample: [{ attributes: { Tier: 'A' }, employees: null, annualRevenue: null }] });
    const rules = matching.MatchRules.fromPartial({ blocks: [{ name: 'b', allOf: [matching.MatchType.DOMAIN_AND_SUBDOMAIN] }] });
    expect(toJson('matching.v1.MatchRules', rules)).toMatchObject({ blocks: [{ allOf: ['domain_and_subdomain'], ignoreCountry: false }] });
  });

  it('makes a page of every list, with a total only where it is known', () => {
    const page = (total: number) => toPage('crm_writer.v1.ListConnectionsResponse', crmWriter.ListConnectionsResponse.fromPartial({ connections: [{ id: 'c' }], page: { nextCursor: 'n', total } }));
    expect(page(7)).toMatchObject({ items: [{ id: 'c', status: null }], nextCursor: 'n', total: 7 });
    expect(page(-1).total).toBeNull();
    expect(page(0).total).toBeNull();
    expect(toPage('crm_writer.v1.ListProvidersResponse', { providers: [] })).toEqual({ items: [], nextCursor: null, total: 0 });
  });
});

describe('the place of a JSON error', () => {
  const placeOf = (text: string) => {
    try {
      JSON.parse(text);
    } catch (error) {
      return jsonErrorAt(text, error as Error);
    }
    throw new Error('this is JSON');
  };

  it.each([
    ['{"a": nope}', 1, 8], ['{"a":1,}', 1, 8], ['{"a":1', 1, 7], ['', 1, 1], ['[1,\n2,\n x]', 3, 2], [`{"long": "${'y'.repeat(200)}", oops}`, 1, 214], ['{"a":"\u0001"}', 1, 7], ['{} {}', 1, 4],
  ])('%j goes wrong at line %i, column %i', (text, line, column) => {
    expect(placeOf(text)).toMatchObject({ line, column });
  });
});
