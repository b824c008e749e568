import { orchestrations, segments, types } from '@signalbox/contracts';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';
import { Person } from '../world/person.ts';

const { PlanAction, RecordState, RunState } = orchestrations;
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

it('refuses a field that the CRM does not have, by its name', async () => {
  expect((await refusedWith(save('Nowhere', { field: 'Nowhere__c' }))).code).toBe('orchestrations.segment_names.unknown_field');
});
