import { orchestrations, segments, types } from '@signalbox/contracts';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';
import { Person } from '../world/person.ts';

const { PlanAction, RecordState, RunState, ScheduleMode } = orchestrations;
const FIELD = 'Site';
const NAMES = ['Alder', 'Birch', 'Cedar', 'Doublet'];
let world: OrchestrationsWorld;
let person: Person;
let id: string;
const segmentIds = new Map<string, string>();
const companyIds = new Map<string, string>();

const account = (name: string) => world.sandbox.records('Account').find((one) => one['Name'] === name)!;
const value = (name: string): string => String(account(name)[FIELD] ?? '');
const publish = (name: string, more: Partial<segments.PublishSegmentRequest> = {}) => world.around.segments.publishSegment({ segmentId: segmentIds.get(name)!, enabled: true, ...more }, world.as);
const move = (segment: string, add: string[], remove: string[] = []) => world.around.segments.changeMembers({
  segmentId: segmentIds.get(segment)!, addCompanyIds: add.map((one) => companyIds.get(one)!), removeCompanyIds: remove.map((one) => companyIds.get(one)!),
}, world.as);
async function run(orchestrationId = id): Promise<{ run: orchestrations.Run; records: orchestrations.PlanRecord[] }> {
  const ended = await world.run((await world.start(orchestrationId)).id);
  expect({ state: ended.state, problem: ended.problem }).toEqual({ state: RunState.FINISHED, problem: '' });
  return { run: ended, records: await world.records(ended.planId) };
}
const save = (name: string, settings: Record<string, unknown>, more: Partial<orchestrations.Orchestration> = {}) => world.client.createOrchestration({ orchestration: orchestrations.Orchestration.fromPartial({
  name, kind: 'push_segment_names', connectionId: world.connectionId, settingsJson: JSON.stringify({ field: FIELD, ...settings }), ...more,
}) }, world.as);

beforeAll(async () => {
  world = await OrchestrationsWorld.start();
  world.sandbox.seed('Account', [
    ...NAMES.slice(0, 3).map((name) => ({ Name: `${name} Works GmbH`, Website: `https://${name.toLowerCase()}-works.de`, BillingCountry: 'Germany' })),
    { Name: 'Doublet Works GmbH', Website: 'https://doublet-works.de', BillingCountry: 'Germany' }, { Name: 'Doublet Works GmbH', Website: 'https://www.doublet-works.de', BillingCountry: 'Germany' },
    { Name: 'Stranger Inc', Website: 'https://stranger.example.com', BillingCountry: 'USA', [FIELD]: 'Written by hand' },
  ]);
  person = await Person.signIn(world.sandbox);
  await world.around.crmWriter.testConnection({ id: world.connectionId }, world.as);
  const companies = NAMES.map((name) => types.Company.fromPartial({ sourceId: name, name: `${name} Works GmbH`, website: `https://${name.toLowerCase()}-works.de`, country: 'Germany' }));
  const { results } = await world.around.segments.upsertCompanies({ companies }, world.as);
  for (const [at, result] of results.entries()) companyIds.set(NAMES[at]!, result.companyId);
  for (const name of ['Strategic', 'Cloud']) segmentIds.set(name, (await world.segment({ name, kind: segments.SegmentKind.STATIC })).id);
  await publish('Strategic');
  await publish('Cloud');
  id = (await save('Names', {})).id;
}, 180_000);
afterAll(() => world?.stop(), 60_000);

it('PSN-3 writes the sorted names onto the accounts of the companies, PSN-6 onto all of one company, and PSN-7 nothing else', async () => {
  await move('Strategic', ['Alder', 'Birch', 'Doublet']);
  await move('Cloud', ['Alder']);
  const { run: ended, records } = await run();
  expect(records.map((r) => [r.companyName, r.action, r.reason, r.state]).sort()).toEqual([
    ['Alder Works GmbH', PlanAction.UPDATE, 'joined', RecordState.SUCCEEDED], ['Birch Works GmbH', PlanAction.UPDATE, 'joined', RecordState.SUCCEEDED],
    ['Doublet Works GmbH', PlanAction.UPDATE, 'joined', RecordState.SUCCEEDED], ['Doublet Works GmbH', PlanAction.UPDATE, 'joined', RecordState.SUCCEEDED],
  ]);
  expect([value('Alder Works GmbH'), value('Birch Works GmbH'), value('Cedar Works GmbH'), value('Stranger Inc')]).toEqual(['Cloud; Strategic', 'Strategic', '', 'Written by hand']);
  expect(world.sandbox.records('Account').filter((one) => one['Name'] === 'Doublet Works GmbH').map((one) => one[FIELD])).toEqual(['Strategic', 'Strategic']);
  expect(ended.counts?.planned).toBe(4);
  expect(ended.plan?.lookedAt).toBe(6);
}, 60_000);

it('PSN-7 writes nothing, and calls nothing that writes, when nothing has changed', async () => {
  const before = world.batches.length;
  const { run: ended } = await run();
  expect(ended.counts).toMatchObject({ planned: 0, succeeded: 0 });
  expect(world.batches.length).toBe(before);
}, 60_000);

it('PSN-4 clears the name of an account that left, and PSN-5 leaves what a person has written beside it', async () => {
  await person.change(String(account('Birch Works GmbH')['Id']), { [FIELD]: 'Strategic; Key customer' });
  await move('Strategic', [], ['Alder', 'Birch']);
  await run();
  expect([value('Alder Works GmbH'), value('Birch Works GmbH'), value('Stranger Inc')]).toEqual(['Cloud', 'Key customer', 'Written by hand']);
}, 60_000);

it('PSN-1 writes only accounts of the chosen segment, and PSN-5 clears ours outside of it', async () => {
  await move('Strategic', ['Cedar', 'Birch']);
  await move('Cloud', ['Cedar'], ['Alder']);
  const scoped = (await save('Names of the cloud', { scope: 'segment' }, { segmentId: segmentIds.get('Cloud')! })).id;
  await run(scoped);
  expect([value('Cedar Works GmbH'), value('Alder Works GmbH'), value('Birch Works GmbH')]).toEqual(['Cloud; Strategic', '', 'Key customer']);
}, 60_000);

it('PSN-1 writes only accounts that were created in the last week, or in the last day, and PSN-5 clears ours among the others', async () => {
  const since = (name: string) => world.sandbox.records('Account').find((one) => one['Name'] === name)!;
  for (const [name, days] of [['Fresh', 0.5], ['Recent', 3], ['Old', 30]] as const) {
    const CreatedDate = new Date(Date.now() - days * 86_400_000).toISOString();
    world.sandbox.seed('Account', [{ Name: `${name} Works GmbH`, Website: `https://${name.toLowerCase()}-works.de`, BillingCountry: 'Germany', CreatedDate }]);
    const { results } = await world.around.segments.upsertCompanies({ companies: [types.Company.fromPartial({ sourceId: name, name: `${name} Works GmbH`, website: `https://${name.toLowerCase()}-works.de`, country: 'Germany' })] }, world.as);
    companyIds.set(name, results[0]!.companyId);
  }
  await move('Strategic', ['Fresh', 'Recent', 'Old']);
  const values = () => ['Fresh', 'Recent', 'Old'].map((name) => String(since(`${name} Works GmbH`)[FIELD] ?? ''));
  const lastDay = (await save('Names of today', { scope: 'created_last_day' })).id;
  const lastWeek = (await save('Names of the week', { scope: 'created_last_week' })).id;
  await run(lastDay);
  expect(values()).toEqual(['Strategic', '', '']);
  await run(lastWeek);
  expect(values()).toEqual(['Strategic', 'Strategic', '']);
  await run();
  expect(values()).toEqual(['Strategic', 'Strategic', 'Strategic']);
  await move('Strategic', [], ['Fresh', 'Recent', 'Old']);
  await run(lastDay);
  expect(values()).toEqual(['', '', '']);
}, 120_000);

it('PSN-4 with a scope and without exit-safe pushing leaves accounts outside of the scope as they are', async () => {
  const field = 'AccountNumber';
  const all = (await save('All numbers', { field })).id;
  const careless = (await save('Careless numbers', { field, scope: 'created_last_day', exitSafe: false })).id;
  const values = () => ['Fresh', 'Old'].map((name) => String(account(`${name} Works GmbH`)[field] ?? ''));
  await move('Strategic', ['Fresh', 'Old']);
  await run(all);
  expect(values()).toEqual(['Strategic', 'Strategic']);
  await move('Strategic', [], ['Fresh', 'Old']);
  await run(careless);
  expect(values()).toEqual(['', 'Strategic']);
  await run(all);
  expect(values()).toEqual(['', '']);
}, 120_000);

it('PSN-2 writes no name of a segment that is published and not enabled', async () => {
  await publish('Cloud', { enabled: false });
  const { records } = await run();
  expect(records.map((r) => [r.companyName, r.reason])).toEqual([['Cedar Works GmbH', 'left']]);
  expect(value('Cedar Works GmbH')).toBe('Strategic');
  await publish('Cloud');
  await run();
  expect(value('Cedar Works GmbH')).toBe('Cloud; Strategic');
}, 60_000);

it('ORC-8 says why, and which company an account was taken for', async () => {
  await move('Cloud', ['Alder']);
  const { records } = await run();
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ reason: 'joined', reasonText: 'The account is now in Cloud.', companyId: companyIds.get('Alder'), evidence: { candidateId: companyIds.get('Alder'), accountId: String(account('Alder Works GmbH')['Id']) } });
  expect(records[0]!.evidence!.rule).not.toBe('');
  await move('Cloud', [], ['Alder']);
  await run();
}, 60_000);

it('PSN-3 PSN-5 separates anew what it wrote with another separator, and no schedule may separate one field otherwise', async () => {
  const field = 'Description';
  const cedar = () => String(account('Cedar Works GmbH')[field] ?? '');
  const schedule = { mode: ScheduleMode.DAILY, weekday: orchestrations.Weekday.UNSPECIFIED };
  const saved = await save('Names by bars', { field }, { schedule });
  await run(saved.id);
  expect(cedar()).toBe('Cloud; Strategic');
  await person.change(String(account('Cedar Works GmbH')['Id']), { [field]: 'Cloud; Mine; Strategic' });
  await expect(save('Names by slashes', { field, separator: ' / ' })).rejects.toMatchObject({ code: 'orchestrations.segment_names.separators_differ', field: 'settings.separator' });
  await world.client.updateOrchestration({ orchestration: { ...saved, settingsJson: JSON.stringify({ field, separator: ' | ' }), schedule: { ...schedule, mode: ScheduleMode.MANUAL } } }, world.as);
  const { records } = await run(saved.id);
  expect(records.filter((r) => r.companyName === 'Cedar Works GmbH').map((r) => r.reason)).toEqual(['separated']);
  expect(cedar()).toBe('Cloud | Mine | Strategic');
  await move('Strategic', [], ['Cedar']);
  await run(saved.id);
  expect(cedar()).toBe('Cloud | Mine');
  await move('Strategic', ['Cedar']);
}, 60_000);

it('PSN-8 follows a published name that changed, and a segment that is no longer published', async () => {
  await publish('Cloud', { name: 'In the cloud' });
  await run();
  expect([value('Cedar Works GmbH'), value('Birch Works GmbH')]).toEqual(['In the cloud; Strategic', 'Key customer; Strategic']);
  await world.around.segments.unpublishSegment({ segmentId: segmentIds.get('Strategic')! }, world.as);
  await run();
  expect([value('Cedar Works GmbH'), value('Birch Works GmbH')]).toEqual(['In the cloud', 'Key customer']);
}, 60_000);

it('ORC-11 takes a run back, and knows again which names are its own', async () => {
  await publish('Strategic');
  const { run: ended } = await run();
  expect(value('Birch Works GmbH')).toBe('Key customer; Strategic');
  const preview = await world.client.planUndo({ runId: ended.id }, world.as);
  const undo = await world.client.runNow({ orchestrationId: id, previewId: preview.id }, world.as);
  expect((await world.run(undo.id)).counts).toMatchObject({ failed: 0, skipped: 0 });
  expect([value('Cedar Works GmbH'), value('Birch Works GmbH')]).toEqual(['In the cloud', 'Key customer']);
  await run();
  await world.around.segments.unpublishSegment({ segmentId: segmentIds.get('Strategic')! }, world.as);
  await run();
  expect([value('Cedar Works GmbH'), value('Birch Works GmbH')]).toEqual(['In the cloud', 'Key customer']);
}, 120_000);

it('ORC-10 halts a run that would clear more than is allowed', async () => {
  const careful = (await save('Careful names', {}, { guardrails: { maxRecords: 0, maxSharePercent: 0, maxClears: 1 } })).id;
  await world.around.segments.unpublishSegment({ segmentId: segmentIds.get('Cloud')! }, world.as);
  const doublets = world.sandbox.records('Account').filter((one) => one['Name'] === 'Doublet Works GmbH').map((one) => String(one[FIELD] ?? ''));
  expect(doublets).toEqual(['', '']);
  await publish('Strategic');
  await run();
  await world.around.segments.unpublishSegment({ segmentId: segmentIds.get('Strategic')! }, world.as);
  const halted = await world.run((await world.start(careful)).id, RunState.HALTED);
  expect(halted.problemCode).toBe('guardrail.max_clears');
}, 120_000);

it('PSN-8 clears the name of a segment that is deleted', async () => {
  const doomed = (await world.segment({ name: 'Doomed', kind: segments.SegmentKind.STATIC })).id;
  segmentIds.set('Doomed', doomed);
  await publish('Doomed');
  await move('Doomed', ['Cedar']);
  await run();
  expect(value('Cedar Works GmbH')).toBe('Doomed');
  await world.around.segments.deleteSegment({ id: doomed }, world.as);
  await run();
  expect(value('Cedar Works GmbH')).toBe('');
}, 60_000);

it('PSN-4 says how many accounts each scope would write, and what is left', async () => {
  const cloud = segmentIds.get('Cloud')!;
  const counts = await waitFor(async () => {
    const now = await world.client.countNameScopes({ connectionId: world.connectionId, segmentId: cloud }, world.as);
    return now.companiesWaiting === 0 ? now : undefined;
  }, { what: 'the companies that wait' });
  const members = (await world.around.segments.getSegment({ id: cloud }, world.as)).size;
  expect(members).toBeGreaterThan(0);
  expect(counts).toMatchObject({ connectionId: world.connectionId, segmentId: cloud, accounts: 9, createdLastWeek: 8, createdLastDay: 7, inSegment: members, pulledAt: expect.any(Date) });
  expect((await world.client.countNameScopes({ connectionId: world.connectionId }, world.as)).inSegment).toBeUndefined();
  expect((await refusedWith(world.client.countNameScopes({ connectionId: world.connectionId, segmentId: world.connectionId }, world.as))).kind).toBe('NotFound');
  expect((await refusedWith(world.client.countNameScopes({ connectionId: cloud }, world.as))).kind).toBe('NotFound');
});

it('CNA-1 tells what is wrong about settings before they are saved', async () => {
  const check = async (settings?: object) => (await world.client.checkPrerequisites({ kind: 'push_segment_names', connectionId: world.connectionId, settingsJson: settings ? JSON.stringify(settings) : '' }, world.as)).prerequisites;
  expect((await check()).map((one) => [one.name, one.met])).toEqual([['entitlement', true], ['connection', true]]);
  expect((await check({ field: FIELD })).map((one) => [one.name, one.met])).toEqual([['entitlement', true], ['connection', true], ['settings', true]]);
  expect((await check({ field: 'Nowhere__c' })).at(-1)).toMatchObject({ name: 'settings', met: false, code: 'orchestrations.segment_names.unknown_field' });
  expect((await check({ field: FIELD, scope: 'segment' })).at(-1)).toMatchObject({ name: 'settings', met: false, code: 'orchestrations.segment.missing' });
  expect((await check({ field: FIELD, scope: 'some' })).at(-1)).toMatchObject({ name: 'settings', met: false, code: 'orchestrations.settings.invalid' });
});

it('refuses a field that the CRM does not have, by its name', async () => {
  expect((await refusedWith(save('Nowhere', { field: 'Nowhere__c' }))).code).toBe('orchestrations.segment_names.unknown_field');
});

it('forgets what it has written through a connection that is deleted, and nothing else', async () => {
  const rows = async () => (await world.around.test.database.query<{ connection_id: string; count: number }>('select connection_id, count(*) as count from orchestrations.written_names group by connection_id')).map((row) => row.connection_id);
  await publish('Strategic');
  await run();
  const other = await startSalesforceSandbox();
  try {
    other.seed('Account', [{ Name: 'Cedar Works GmbH', Website: 'https://cedar-works.de', BillingCountry: 'Germany' }]);
    const connection = await world.connect(other);
    await world.around.crmWriter.testConnection({ id: connection.id }, world.as);
    await run((await save('Names elsewhere', {}, { connectionId: connection.id })).id);
    expect((await rows()).sort()).toEqual([connection.id, world.connectionId].sort());
    await world.around.crmWriter.deleteConnection({ id: connection.id }, world.as);
    await waitFor(async () => !(await rows()).includes(connection.id), { what: 'the forgetting' });
    expect(await rows()).toEqual([world.connectionId]);
  } finally {
    await other.close();
  }
}, 60_000);
