import { orchestrations, segments, types } from '@signalbox/contracts';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';
import { dynamicsNames, hubspotNames, salesforceNames, type NamesStage } from './names-stages.ts';

const { RecordState, RunState } = orchestrations;
const NAMES = ['Alder', 'Birch', 'Cedar'];
const site = (name: string) => `https://${name.toLowerCase()}-works.de`;
let world: OrchestrationsWorld;
const companyIds = new Map<string, string>();

beforeAll(async () => {
  world = await OrchestrationsWorld.start();
  const companies = NAMES.map((name) => types.Company.fromPartial({ sourceId: name, name: `${name} Works GmbH`, website: site(name), country: 'Germany' }));
  const { results } = await world.around.segments.upsertCompanies({ companies }, world.as);
  for (const [at, result] of results.entries()) companyIds.set(NAMES[at]!, result.companyId);
}, 180_000);
afterAll(() => world?.stop(), 60_000);

describe.each([['Salesforce', salesforceNames], ['Dynamics 365', dynamicsNames], ['HubSpot', hubspotNames]] as const)('segment names in %s', (_label, open) => {
  let stage: NamesStage;
  let connectionId: string;
  const accounts = new Map<string, string>();
  const segmentIds = new Map<string, string>();
  const values = (field: string): string[] => NAMES.map((name) => stage.value(accounts.get(name)!, field));
  const save = (field: string, settings: object = {}) => world.client.createOrchestration({ orchestration: {
    name: `${stage.provider} ${field}`, kind: 'push_segment_names', connectionId, settingsJson: JSON.stringify({ field, ...settings }),
  } }, world.as);
  const publish = (name: string, as = name, enabled = true) => world.around.segments.publishSegment({ segmentId: segmentIds.get(name)!, name: as, enabled }, world.as);
  const move = (segment: string, add: string[], remove: string[] = []) => world.around.segments.changeMembers({
    segmentId: segmentIds.get(segment)!, addCompanyIds: add.map((one) => companyIds.get(one)!), removeCompanyIds: remove.map((one) => companyIds.get(one)!),
  }, world.as);
  async function run(id: string): Promise<orchestrations.Run> {
    const ended = await world.run((await world.start(id)).id);
    expect({ state: ended.state, problem: ended.problem, failed: ended.counts?.failed }).toEqual({ state: RunState.FINISHED, problem: '', failed: 0 });
    return ended;
  }

  beforeAll(async () => {
    stage = await open();
    for (const name of NAMES) accounts.set(name, stage.account(`${name} Works GmbH`, site(name), name === 'Cedar' ? { [stage.fields.text]: 'Theirs' } : {}));
    connectionId = (await world.around.crmWriter.createConnection(stage.connection, world.as)).id;
    await world.around.crmWriter.testConnection({ id: connectionId }, world.as);
    for (const name of ['Strategic', 'Cloud']) {
      segmentIds.set(name, (await world.segment({ name: `${stage.provider} ${name}`, kind: segments.SegmentKind.STATIC })).id);
      await publish(name);
    }
    await move('Strategic', ['Alder', 'Birch', 'Cedar']);
    await move('Cloud', ['Alder']);
  }, 120_000);
  afterAll(async () => {
    for (const id of segmentIds.values()) await world.around.segments.unpublishSegment({ segmentId: id }, world.as);
    await stage?.close();
  }, 60_000);

  it('PSN-3 writes a text field, PSN-5 beside what is there, PSN-7 and nothing the second time', async () => {
    const { id } = await save(stage.fields.text);
    expect((await run(id)).counts).toMatchObject({ planned: 3, succeeded: 3 });
    expect(values(stage.fields.text)).toEqual(['Cloud; Strategic', 'Strategic', 'Strategic; Theirs']);
    const before = stage.rowsWritten();
    expect((await run(id)).counts).toMatchObject({ planned: 0, succeeded: 0 });
    expect(stage.rowsWritten()).toBe(before);
  }, 60_000);

  it('PSN-3 writes a long text that is not mirrored otherwise', async () => {
    await run((await save(stage.fields.longText, { separator: ' | ' })).id);
    expect(values(stage.fields.longText)).toEqual(['Cloud | Strategic', 'Strategic', 'Strategic']);
  }, 60_000);

  it('PSN-3 writes a list of several values, and refuses names that it does not have', async () => {
    const { id } = await save(stage.fields.closedList);
    await run(id);
    expect(values(stage.fields.closedList).map((value) => value.split(';').sort())).toEqual([['Cloud', 'Strategic'], ['Strategic'], ['Strategic']]);
    expect((await run(id)).counts).toMatchObject({ planned: 0 });
    await publish('Cloud', 'Clouds');
    const failed = await world.run((await world.start(id)).id);
    expect(failed).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.segment_names.not_in_picklist' });
    expect(failed.problem).toContain('has none for "Clouds"');
    expect((await refusedWith(save(stage.fields.closedList))).message).toContain('has none for "Clouds"');
    expect((await refusedWith(save(stage.fields.singleList))).code).toBe('orchestrations.segment_names.field_type');
    await publish('Cloud');
  }, 60_000);

  it('PSN-8 renames and PSN-4 clears in every kind of field', async () => {
    const fields = [stage.fields.text, stage.fields.longText, stage.fields.closedList, ...(stage.fields.openList ? [stage.fields.openList] : [])];
    const ids = (await world.client.listOrchestrations({ page: { limit: 1_000 } }, world.as)).orchestrations.filter((one) => one.connectionId === connectionId).map((one) => one.id);
    if (stage.fields.openList) ids.push((await save(stage.fields.openList)).id);
    await publish('Cloud', 'Retail');
    for (const id of ids) await run(id);
    for (const field of fields) expect(stage.value(accounts.get('Alder')!, field).split(/;|\|/).map((one) => one.trim()).sort()).toEqual(['Retail', 'Strategic']);
    await move('Strategic', [], ['Alder', 'Birch', 'Cedar']);
    await move('Cloud', [], ['Alder']);
    for (const id of ids) {
      const { planId, counts } = await run(id);
      expect(counts?.succeeded).toBe(3);
      expect((await world.records(planId)).map((r) => [r.reason, r.state])).toEqual(Array(3).fill(['left', RecordState.SUCCEEDED]));
    }
    for (const field of fields) expect(values(field)).toEqual(['', '', field === stage.fields.text ? 'Theirs' : '']);
    await move('Strategic', ['Alder', 'Birch', 'Cedar']);
    await move('Cloud', ['Alder']);
    await publish('Cloud');
  }, 120_000);

  it('ORC-11 takes a run back in the list, too', async () => {
    const { id } = (await world.client.listOrchestrations({ page: { limit: 1_000 } }, world.as)).orchestrations.find((one) => one.name === `${stage.provider} ${stage.fields.closedList}`)!;
    const { id: runId } = await run(id);
    const preview = await world.client.planUndo({ runId }, world.as);
    const undo = await world.run((await world.client.runNow({ orchestrationId: id, previewId: preview.id }, world.as)).id);
    expect(undo.counts).toMatchObject({ succeeded: 3, failed: 0, skipped: 0 });
    expect(values(stage.fields.closedList)).toEqual(['', '', '']);
  }, 60_000);
});
