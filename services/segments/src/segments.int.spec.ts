import { segments, TOPICS, types } from '@signalbox/contracts';
import { PostgresLogBroker } from '@signalbox/platform-messaging';
import { waitFor } from '@signalbox/testing';
import { field, group, inCrmList, member } from './testing/rules.ts';
import { importText, startHarness, type Harness } from './testing/harness.ts';

const { SegmentKind } = segments;
let harness: Harness;
let n = 0;
const freshWorkspace = () => `w-${n += 1}`;
const events: segments.SegmentMembershipChanged[] = [];
let broker: PostgresLogBroker;

beforeAll(async () => {
  harness = await startHarness();
  broker = await PostgresLogBroker.open({ url: harness.database.url });
  await broker.subscribe({
    group: 'spec', topics: [TOPICS.segmentMembershipChanged.name],
    handler: async (record) => void events.push(TOPICS.segmentMembershipChanged.decode(record.value)),
  });
});
afterAll(async () => {
  await broker.close();
  await harness.stop();
});

const FILE = 'id,name,website,country,employees,Tier\n1,Apple Inc.,www.apple.com,USA,1000,gold\n2,Müller AG,mueller.de,Germany,50,silver\n3,Acme,acme.ca,CA,,gold\n4,Beta,,US,5,\n';

async function workspaceWithCompanies(): Promise<{ workspaceId: string; ids: Record<string, string> }> {
  const workspaceId = freshWorkspace();
  await importText(harness.client, workspaceId, FILE);
  const { companies } = await harness.client.listCompanies({}, { workspaceId });
  return { workspaceId, ids: Object.fromEntries(companies.map((c) => [c.sourceId, c.id])) };
}

const dynamic = (workspaceId: string, name: string, rule: segments.RuleNode) => harness.client.createSegment({ name, kind: SegmentKind.DYNAMIC, rule }, { workspaceId });
const listed = (workspaceId: string, name: string) => harness.client.createSegment({ name, kind: SegmentKind.STATIC }, { workspaceId });
const sizeOf = async (workspaceId: string, id: string) => (await harness.client.getSegment({ id }, { workspaceId })).size;
async function sourceIds(workspaceId: string, segmentId: string): Promise<string[]> {
  return (await harness.client.listMembers({ segmentId }, { workspaceId })).companies.map((c) => c.sourceId).sort();
}
const eventsOf = (segmentId: string) => events.filter((e) => e.segmentId === segmentId);

describe('a dynamic segment', () => {
  it('has its size in the answer, and its members by the rule', async () => {
    const { workspaceId } = await workspaceWithCompanies();
    const american = await dynamic(workspaceId, '  American   companies ', field('country', 'EQUALS', 'United States'));
    expect(american).toMatchObject({ name: 'American companies', kind: SegmentKind.DYNAMIC, size: 2, version: 1 });
    expect(await sourceIds(workspaceId, american.id)).toEqual(['1', '4']);
    const cases: [segments.RuleNode, string[]][] = [
      [field('name', 'CONTAINS', 'MÜLLER'), ['2']], [field('name', 'STARTS_WITH', 'a'), ['1', '3']], [field('domain', 'EQUALS', 'https://www.apple.com/x'), ['1']],
      [field('employees', 'GREATER_THAN', '9'), ['1', '2']], [field('employees', 'NOT_EQUALS', '5'), ['1', '2', '3']], [field('employees', 'IN', '5', '50.0'), ['2', '4']],
      [field('attributes.Tier', 'EQUALS', 'GOLD'), ['1', '3']], [field('attributes.Tier', 'IS_UNKNOWN'), ['4']], [field('website', 'IS_KNOWN'), ['1', '2', '3']],
      [group('NONE', field('country', 'IN', 'us', 'DEU')), ['3']], [group('ALL', field('country', 'EQUALS', 'usa'), field('employees', 'LESS_THAN', '10')), ['4']],
      [member(american.id, true), ['2', '3']], [group('ANY', inCrmList('l1'), member(american.id)), ['1', '4']], [inCrmList('l1'), []],
    ];
    for (const [rule, wanted] of cases) {
      const preview = await harness.client.previewRule({ rule }, { workspaceId });
      expect([JSON.stringify(rule), preview.size, preview.sample.map((c) => c.sourceId).sort()]).toEqual([JSON.stringify(rule), wanted.length, wanted]);
    }
  });

  it('follows its companies and its rule, and says who entered and left', async () => {
    const { workspaceId, ids } = await workspaceWithCompanies();
    const segment = await dynamic(workspaceId, 'Gold', field('attributes.Tier', 'EQUALS', 'gold'));
    await importText(harness.client, workspaceId, 'id,name,Tier\n1,Apple Inc.,silver\n2,Müller AG,gold\n');
    expect(await sourceIds(workspaceId, segment.id)).toEqual(['2', '3']);
    expect(await sizeOf(workspaceId, segment.id)).toBe(2);
    const updated = await harness.client.updateSegment({ id: segment.id, name: 'Silver', rule: field('attributes.Tier', 'EQUALS', 'silver') }, { workspaceId });
    expect(updated).toMatchObject({ name: 'Silver', size: 1, version: 2 });
    await waitFor(() => eventsOf(segment.id).length >= 5);
    const told = (e: segments.SegmentMembershipChanged) => [e.cause, e.addedCompanyIds.toSorted(), e.removedCompanyIds.toSorted()];
    expect(eventsOf(segment.id).map(told)).toEqual([
      ['rule', [ids['1'], ids['3']].sort(), []], ['companies', [ids['2']], []], ['companies', [], [ids['1']]], ['rule', [ids['1']], []], ['rule', [], [ids['2'], ids['3']].sort()],
    ]);
    expect(eventsOf(segment.id).every((e) => e.workspaceId === workspaceId)).toBe(true);
  });

  it('is not changed over somebody else\'s change: the second of two who changed the same version is told what to do', async () => {
    const { workspaceId } = await workspaceWithCompanies();
    const { id, version } = await dynamic(workspaceId, 'Shared', field('attributes.Tier', 'EQUALS', 'gold'));
    const both = await Promise.allSettled(['By Ada', 'By Bob'].map((name) => harness.client.updateSegment({ id, name, version }, { workspaceId })));
    const [winner] = both.filter((b) => b.status === 'fulfilled');
    const [loser] = both.filter((b) => b.status === 'rejected');
    expect(loser!.reason).toMatchObject({ kind: 'Conflict', code: 'segments.segment.version', field: 'version', publicMessage: expect.stringContaining('at version 2, not 1. Load it again and repeat your change.') });
    const now = await harness.client.getSegment({ id }, { workspaceId });
    expect(now).toMatchObject({ name: winner!.value.name, version: 2 });
    // The same change once more, as after a lost answer, is no conflict.
    expect(await harness.client.updateSegment({ id, name: now.name, version }, { workspaceId })).toMatchObject({ version: 2 });
    expect(await harness.client.updateSegment({ id, name: 'Later', version: 2 }, { workspaceId })).toMatchObject({ name: 'Later', version: 3 });
  });

  it('follows the segments that it is built from, over several steps', async () => {
    const { workspaceId, ids } = await workspaceWithCompanies();
    const base = await dynamic(workspaceId, 'Base', field('country', 'EQUALS', 'us'));
    const list = await listed(workspaceId, 'List');
    const middle = await dynamic(workspaceId, 'Middle', group('ANY', member(base.id), member(list.id)));
    const top = await dynamic(workspaceId, 'Top', group('ALL', member(middle.id), field('website', 'IS_KNOWN')));
    expect([middle.size, top.size]).toEqual([2, 1]);
    await harness.client.updateSegment({ id: base.id, name: 'Base', rule: field('country', 'EQUALS', 'DE') }, { workspaceId });
    expect(await sourceIds(workspaceId, top.id)).toEqual(['2']);
    await harness.client.changeMembers({ segmentId: list.id, addCompanyIds: [ids['3']!] }, { workspaceId });
    expect(await sourceIds(workspaceId, top.id)).toEqual(['2', '3']);
    await importText(harness.client, workspaceId, 'id,name,website,country\n2,Müller AG,mueller.de,FR\n9,New GmbH,new.de,DE\n');
    expect(await sourceIds(workspaceId, top.id)).toEqual(['3', '9']);
    const closure = await harness.client.getSegmentClosure({ id: top.id }, { workspaceId });
    expect(closure.segments.map((s) => s.name)).toEqual(['Top', 'Middle', 'Base', 'List']);
  });

  it('is brought up to date when its companies were changed by another replica that died before doing so', async () => {
    const { workspaceId } = await workspaceWithCompanies();
    const segment = await dynamic(workspaceId, 'US', field('country', 'EQUALS', 'us'));
    const { database } = harness.database;
    await database.transaction(async (tx) => {
      await tx.execute('update segments.workspaces set companies_version = companies_version + 1 where workspace_id = $1', [workspaceId]);
      await tx.execute(`update segments.companies set country = 'US', country_key = 'united states of america', changed_version = (select companies_version from segments.workspaces where workspace_id = $1) where workspace_id = $1 and source_id = '2'`, [workspaceId]);
      await tx.query('select pg_notify($1, $2)', ['segments.stale', workspaceId]);
    });
    await waitFor(async () => (await sizeOf(workspaceId, segment.id)) === 3);
  });
});

describe('a segment', () => {
  it('has a name of its own in its workspace, whatever the case', async () => {
    const workspaceId = freshWorkspace();
    const first = await listed(workspaceId, 'Prospects');
    await expect(listed(workspaceId, ' PROSPECTS ')).rejects.toMatchObject({ kind: 'Conflict', code: 'segments.segment.name_taken', field: 'name' });
    await expect(listed(workspaceId, '  ')).rejects.toMatchObject({ kind: 'Invalid', field: 'name' });
    await expect(listed(workspaceId, 'x'.repeat(201))).rejects.toMatchObject({ kind: 'Invalid', field: 'name' });
    await listed(freshWorkspace(), 'Prospects');
    await listed(workspaceId, 'Another');
    const page = await harness.client.listSegments({ page: { limit: 1 } }, { workspaceId });
    expect([page.segments.map((s) => s.name), page.page!.total]).toEqual([['Another'], 2]);
    const next = await harness.client.listSegments({ page: { limit: 1, cursor: page.page!.nextCursor } }, { workspaceId });
    expect([next.segments.map((s) => s.id), next.page!.nextCursor]).toEqual([[first.id], '']);
    await expect(harness.client.listSegments({ page: { cursor: 'nonsense' } }, { workspaceId })).rejects.toMatchObject({ kind: 'Invalid', field: 'page.cursor' });
  });

  it('is refused with the node and the remedy when its rule cannot be', async () => {
    const { workspaceId } = await workspaceWithCompanies();
    const a = await dynamic(workspaceId, 'A', field('name', 'IS_KNOWN'));
    const b = await dynamic(workspaceId, 'B', group('ALL', member(a.id)));
    await expect(harness.client.updateSegment({ id: a.id, name: 'A', rule: group('ALL', field('name', 'IS_KNOWN'), member(b.id)) }, { workspaceId }))
      .rejects.toMatchObject({ kind: 'Invalid', code: 'segments.rule.cycle', field: 'rule.group.children[1].segment', publicMessage: expect.stringContaining('"A" → "B" → "A"') });
    await expect(dynamic(workspaceId, 'C', group('ALL', field('turnover', 'EQUALS', '1')))).rejects.toMatchObject({ code: 'segments.rule.unknown_field', field: 'rule.group.children[0].field' });
    await expect(harness.client.previewRule({ rule: field('attributes.tier', 'IS_KNOWN') }, { workspaceId })).rejects.toMatchObject({ code: 'segments.rule.unknown_attribute', publicMessage: expect.stringContaining('Tier') });
    await expect(harness.client.createSegment({ name: 'D', kind: SegmentKind.DYNAMIC }, { workspaceId })).rejects.toMatchObject({ code: 'segments.rule.rule_missing' });
    await expect(harness.client.createSegment({ name: 'D' }, { workspaceId })).rejects.toMatchObject({ code: 'segments.segment.kind' });
    await expect(harness.client.createSegment({ name: 'D', kind: SegmentKind.STATIC, rule: field('name', 'IS_KNOWN') }, { workspaceId })).rejects.toMatchObject({ code: 'segments.segment.rule_of_static' });
  });

  it('cannot be deleted while another is built from it, and says that its members have left when it is', async () => {
    const { workspaceId, ids } = await workspaceWithCompanies();
    const base = await dynamic(workspaceId, 'Base', field('country', 'EQUALS', 'DE'));
    const user = await dynamic(workspaceId, 'User', member(base.id));
    await expect(harness.client.deleteSegment({ id: base.id }, { workspaceId })).rejects.toMatchObject({ kind: 'Conflict', code: 'segments.segment.in_use', publicMessage: expect.stringContaining('"User" is built from it') });
    await harness.client.deleteSegment({ id: user.id }, { workspaceId });
    await harness.client.deleteSegment({ id: base.id }, { workspaceId });
    await expect(harness.client.getSegment({ id: base.id }, { workspaceId })).rejects.toMatchObject({ kind: 'NotFound' });
    const [, gone] = await waitFor(() => (eventsOf(base.id).length === 2 ? eventsOf(base.id) : undefined));
    expect(gone).toMatchObject({ addedCompanyIds: [], removedCompanyIds: [ids['2']] });
  });

  it('that is a list takes and gives back companies, and names ids that nobody has', async () => {
    const { workspaceId, ids } = await workspaceWithCompanies();
    const list = await listed(workspaceId, 'List');
    const nobody = '00000000-0000-7000-8000-000000000000';
    const change = await harness.client.changeMembers({ segmentId: list.id, addCompanyIds: [ids['1']!, ids['2']!, ids['1']!, nobody, 'nonsense'] }, { workspaceId });
    expect(change.addedCompanyIds.toSorted()).toEqual([ids['1'], ids['2']].sort());
    expect(change.unknownCompanyIds).toEqual([nobody, 'nonsense']);
    const again = await harness.client.changeMembers({ segmentId: list.id, addCompanyIds: [ids['1']!], removeCompanyIds: [ids['2']!, ids['3']!] }, { workspaceId });
    expect(again).toMatchObject({ addedCompanyIds: [], removedCompanyIds: [ids['2']] });
    expect(await sizeOf(workspaceId, list.id)).toBe(1);
    const rule = await dynamic(workspaceId, 'Rule', field('name', 'IS_KNOWN'));
    await expect(harness.client.changeMembers({ segmentId: rule.id, addCompanyIds: [ids['1']!] }, { workspaceId })).rejects.toMatchObject({ code: 'segments.segment.not_static' });
    await expect(harness.client.changeMembers({ segmentId: list.id, addCompanyIds: ['x'], removeCompanyIds: ['x'] }, { workspaceId })).rejects.toMatchObject({ code: 'segments.members.both' });
    await waitFor(() => eventsOf(list.id).length === 2);
    expect(eventsOf(list.id).every((e) => e.cause === 'person')).toBe(true);
  });
});

describe('members', () => {
  it('are streamed each once in the order of ids, and told in messages of at most 1,000', async () => {
    const workspaceId = freshWorkspace();
    await importText(harness.client, workspaceId, `id,name\n${Array.from({ length: 2500 }, (_, i) => `${i},Company ${i}`).join('\n')}\n`);
    const everyone = await dynamic(workspaceId, 'All', field('name', 'IS_KNOWN'));
    const batches: types.Company[][] = [];
    for await (const { companies } of harness.client.streamMembers({ segmentId: everyone.id }, { workspaceId })) batches.push(companies);
    expect(batches.map((b) => b.length)).toEqual([1000, 1000, 500]);
    const ids = batches.flat().map((c) => c.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    await waitFor(() => eventsOf(everyone.id).length === 3);
    expect(eventsOf(everyone.id).map((e) => e.addedCompanyIds.length)).toEqual([1000, 1000, 500]);
    const first = await harness.client.listMembers({ segmentId: everyone.id, page: { limit: 1000 } }, { workspaceId });
    expect([first.companies.map((c) => c.id), first.page!.total]).toEqual([ids.slice(0, 1000), 2500]);
    const second = await harness.client.listMembers({ segmentId: everyone.id, page: { limit: 1000, cursor: first.page!.nextCursor } }, { workspaceId });
    expect(second.companies[0]!.id).toBe(ids[1000]);
  });

  it('and everything else stay in their workspace', async () => {
    const { workspaceId, ids } = await workspaceWithCompanies();
    const segment = await listed(workspaceId, 'Mine');
    const other = { workspaceId: freshWorkspace() };
    const theirs = await listed(other.workspaceId, 'Theirs');
    const calls = [
      () => harness.client.getSegment({ id: segment.id }, other), () => harness.client.listMembers({ segmentId: segment.id }, other), () => harness.client.getSegmentClosure({ id: segment.id }, other),
      () => harness.client.updateSegment({ id: segment.id, name: 'Stolen' }, other), () => harness.client.deleteSegment({ id: segment.id }, other),
      () => harness.client.changeMembers({ segmentId: segment.id, addCompanyIds: [ids['1']!] }, other), () => harness.client.streamMembers({ segmentId: segment.id }, other)[Symbol.asyncIterator]().next(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ kind: 'NotFound' });
    expect(await harness.client.changeMembers({ segmentId: theirs.id, addCompanyIds: [ids['1']!] }, other)).toMatchObject({ addedCompanyIds: [], unknownCompanyIds: [ids['1']] });
    await expect(dynamic(other.workspaceId, 'Nested', member(segment.id))).rejects.toMatchObject({ code: 'segments.rule.unknown_segment' });
    expect((await harness.client.listCompanies({}, other)).companies).toEqual([]);
    expect((await harness.client.listSegments({}, other)).segments.map((s) => s.name)).toEqual(['Theirs']);
  });
});

describe('upserting companies', () => {
  it('answers for each one, and a refused one does not hold up the others', async () => {
    const workspaceId = freshWorkspace();
    const everyone = await dynamic(workspaceId, 'All', field('name', 'IS_KNOWN'));
    const company = (more: Partial<types.Company>) => types.Company.fromPartial({ sourceId: 'a', name: 'Acme', website: 'https://acme.com', ...more });
    const { results } = await harness.client.upsertCompanies({ companies: [company({}), company({ sourceId: 'b', name: '' }), company({ sourceId: 'c', employees: 7 })] }, { workspaceId });
    expect(results).toMatchObject([{ created: true, changed: true }, { companyId: '', created: false, problem: { field: 'companies[1].name' } }, { created: true }]);
    expect(await sizeOf(workspaceId, everyone.id)).toBe(2);
    const again = await harness.client.upsertCompanies({ companies: [company({}), company({ sourceId: 'c', name: 'Acme C', country: 'FR' })] }, { workspaceId });
    expect(again.results).toMatchObject([{ companyId: results[0]!.companyId, created: false, changed: false }, { companyId: results[2]!.companyId, created: false, changed: true }]);
    const { companies } = await harness.client.listCompanies({ search: 'ACME.C' }, { workspaceId });
    expect(companies).toHaveLength(2);
    expect(companies.find((c) => c.sourceId === 'c')).toMatchObject({ name: 'Acme C', domain: 'acme.com', country: 'FR', employees: undefined });
    await expect(harness.client.upsertCompanies({ companies: Array.from({ length: 1001 }, (_, i) => company({ sourceId: `${i}` })) }, { workspaceId })).rejects.toMatchObject({ code: 'segments.company.too_many' });
  });
});

describe('the service', () => {
  it('is healthy, ready and counted', async () => {
    const base = `http://127.0.0.1:${harness.service.httpPort}`;
    const { workspaceId } = await workspaceWithCompanies();
    await dynamic(workspaceId, 'Counted', field('name', 'IS_KNOWN'));
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    const text = await (await fetch(`${base}/metrics`)).text();
    for (const name of ['signalbox_segments_companies', 'signalbox_segments_evaluation_seconds_count', 'signalbox_segments_import_rows_total{outcome="created"', 'signalbox_segments_imports_total']) expect(text).toContain(name);
    const companies = Number(/^signalbox_segments_companies\S* (\d+)$/m.exec(text)?.[1]);
    expect(companies).toBeGreaterThanOrEqual(4);
  });
});
