import { crmWriter, orchestrations, segments } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';

const { PlanState, RunState, ScheduleMode, Weekday } = orchestrations;
const { ConnectionStatus } = crmWriter;
let world: OrchestrationsWorld;

beforeAll(async () => {
  world = await OrchestrationsWorld.start();
  await world.scene(2);
}, 120_000);
afterAll(() => world?.stop(), 60_000);
afterEach(async () => {
  world.sandbox.faults.clear();
  await world.license(true);
});

const create = (given: Partial<orchestrations.Orchestration>) => world.client.createOrchestration({ orchestration: orchestrations.Orchestration.fromPartial(given) }, world.as);
const inCrmList = (reference: string): segments.RuleNode => ({ node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.LIST, connectionId: world.connectionId, reference } } });
const inSegment = (segmentId: string): segments.RuleNode => ({ node: { $case: 'segment', segment: { segmentId, negate: false } } });
const allOf = (...children: segments.RuleNode[]): segments.RuleNode => ({ node: { $case: 'group', group: { operator: segments.GroupOperator.ALL, children } } });

describe('saving an orchestration', () => {
  it('ORC-1 refuses an incomplete one and names every missing field', async () => {
    const error = await refusedWith(create({ kind: 'create_accounts', schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.UNSPECIFIED } }));
    expect(error).toMatchObject({ kind: 'Invalid', code: 'orchestrations.incomplete', field: 'name' });
    expect(error.problems.map((p) => p.field)).toEqual(['name', 'segment_id', 'connection_id', 'mapping_profile_id', 'schedule.weekday']);
    expect((await refusedWith(create({ name: 'x' }))).problems.map((p) => p.field)).toContain('kind');
    const wrong = await refusedWith(create(await world.draft({ kind: 'make_tea', settingsJson: '{' })));
    expect(wrong).toMatchObject({ code: 'orchestrations.kind.unknown', publicMessage: expect.stringContaining('create_accounts') });
  });

  it('ORC-1 keeps what was filled in, with each step reachable again', async () => {
    const saved = await world.saved({ schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.TUESDAY }, guardrails: { maxRecords: 5, maxSharePercent: 2.5, maxClears: 1 } });
    expect(await world.client.getOrchestration({ id: saved.id }, world.as)).toMatchObject({
      name: 'New accounts', kind: 'create_accounts', segmentId: world.segmentId, connectionId: world.connectionId, version: 1, settingsJson: '{}', notice: '',
      schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.TUESDAY }, guardrails: { maxRecords: 5, maxSharePercent: 2.5, maxClears: 1 },
    });
    const changed = await world.client.updateOrchestration({ orchestration: { ...saved, name: 'Better name', guardrails: undefined } }, world.as);
    expect(changed).toMatchObject({ version: 2, name: 'Better name', guardrails: { maxRecords: 0 }, notice: 'Saved; a preview is being generated.' });
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, orchestrationVersion: 2 });
    const stale = await refusedWith(world.client.updateOrchestration({ orchestration: { ...saved, name: 'Late' } }, world.as));
    expect(stale).toMatchObject({ kind: 'Conflict', code: 'orchestrations.version' });
  });

  it('ORC-2 is manual unless a schedule is chosen', async () => {
    expect((await world.saved()).schedule).toEqual({ mode: ScheduleMode.MANUAL, weekday: Weekday.UNSPECIFIED });
    expect((await world.saved({ schedule: { mode: ScheduleMode.DAILY, weekday: Weekday.MONDAY } })).schedule).toEqual({ mode: ScheduleMode.DAILY, weekday: Weekday.UNSPECIFIED });
  });

  it('refuses settings and limits that the kind does not know, by their place', async () => {
    expect((await refusedWith(create(await world.draft({ settingsJson: '{"speed": 9}' })))).problems).toEqual([{ field: 'settings', message: expect.stringContaining('speed') }]);
    expect((await refusedWith(create(await world.draft({ settingsJson: '{oops' })))).field).toBe('settings_json');
    expect((await refusedWith(create(await world.draft({ guardrails: { maxRecords: -1, maxSharePercent: 0, maxClears: 0 } })))).field).toBe('guardrails.max_records');
  });

  it('ORC-7 refuses creating and running without the package, by its name, and keeps what is there readable', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    await world.license(false);
    const draft = await world.draft();
    for (const call of [() => create(draft), () => world.start(saved.id)]) {
      expect(await refusedWith(call())).toMatchObject({ kind: 'Forbidden', code: 'orchestrations.entitlement.missing', publicMessage: expect.stringContaining('"orchestrations"') });
    }
    expect(await world.client.getOrchestration({ id: saved.id }, world.as)).toMatchObject({ name: 'New accounts' });
    expect((await world.client.listOrchestrations({}, world.as)).orchestrations.map((o) => o.id)).toContain(saved.id);
    expect((await world.client.listPlanRecords({ planId: (await world.preview(saved.id)).id }, world.as)).records).toHaveLength(2);
    expect((await world.client.listKinds({}, world.as)).kinds).toMatchObject([{ name: 'create_accounts', entitlement: 'orchestrations', entitled: false, guardrails: { maxRecords: 50_000, maxSharePercent: 100, maxClears: 500 } }, { name: 'push_segment_names', entitlement: 'orchestrations', entitled: false }, { name: 'convert_leads', entitlement: 'orchestrations', entitled: false }]);
  });

  it('shows nothing of one workspace to another', async () => {
    const saved = await world.saved();
    const plan = await world.preview(saved.id);
    const other = { workspaceId: 'another-workspace' };
    expect((await refusedWith(world.client.getOrchestration({ id: saved.id }, other))).kind).toBe('NotFound');
    expect((await refusedWith(world.client.getPlan({ id: plan.id }, other))).kind).toBe('NotFound');
    expect((await refusedWith(world.client.runNow({ orchestrationId: saved.id }, other))).kind).toBe('NotFound');
    expect((await world.client.listOrchestrations({}, other)).orchestrations).toEqual([]);
  });

  it('deletes an orchestration, keeps its runs, and tells the scheduler', async () => {
    const saved = await world.saved();
    const { id } = await world.start(saved.id);
    await world.run(id);
    await world.client.deleteOrchestration({ id: saved.id }, world.as);
    await world.client.deleteOrchestration({ id: saved.id }, world.as);
    expect((await refusedWith(world.client.getOrchestration({ id: saved.id }, world.as))).kind).toBe('NotFound');
    expect(await world.client.getRun({ id }, world.as)).toMatchObject({ state: RunState.FINISHED });
    await waitFor(() => world.schedules.some((s) => s.orchestrationId === saved.id && s.removed));
  });

  it('pages through lists, and refuses a cursor that is none', async () => {
    const made = [await world.saved(), await world.saved(), await world.saved()];
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await world.client.listOrchestrations({ page: { limit: 2, cursor } }, world.as);
      seen.push(...answer.orchestrations.map((o) => o.id));
      cursor = answer.page?.nextCursor ?? '';
      if (!cursor) break;
    }
    expect(seen).toEqual(expect.arrayContaining(made.map((o) => o.id)));
    expect(new Set(seen).size).toBe(seen.length);
    expect((await refusedWith(world.client.listOrchestrations({ page: { limit: 2, cursor: 'nonsense' } }, world.as))).field).toBe('page.cursor');
  });
});

describe('prerequisites of creating accounts', () => {
  const check = async (more: Partial<orchestrations.CheckPrerequisitesRequest> = {}) => {
    const mappingProfileId = more.mappingProfileId ?? (await world.profile()).id;
    const { prerequisites } = await world.client.checkPrerequisites({ kind: 'create_accounts', connectionId: world.connectionId, segmentId: world.segmentId, ...more, mappingProfileId }, world.as);
    return Object.fromEntries(prerequisites.map((p) => [p.name, p]));
  };

  it('CNA-1 reports each prerequisite with a message of its own', async () => {
    const met = { met: true, code: '', message: '' };
    expect(await check()).toMatchObject({ entitlement: met, connection: met, mapping_profile: met, segment: met });
    expect(await check({ connectionId: '', segmentId: '', mappingProfileId: '' })).toMatchObject({
      connection: { met: false, code: 'orchestrations.connection.missing' }, mapping_profile: { met: false, code: 'orchestrations.mapping_profile.missing' }, segment: { met: false, code: 'orchestrations.segment.missing' },
    });
    const profile = await world.profile();
    await world.license(false);
    world.sandbox.endSessions();
    world.sandbox.faults.set({ kind: 'sign-in-refused', description: 'user is locked' });
    const { statusMessage } = await world.around.crmWriter.testConnection({ id: world.connectionId }, world.as);
    expect(await check({ mappingProfileId: profile.id })).toMatchObject({
      entitlement: { met: false, code: 'orchestrations.entitlement.missing', message: expect.stringContaining('package "orchestrations"') },
      connection: { met: false, code: 'orchestrations.connection.unhealthy', message: expect.stringContaining(statusMessage) },
    });
    expect(statusMessage).not.toBe('');
    world.sandbox.faults.clear();
    await world.around.crmWriter.testConnection({ id: world.connectionId }, world.as);
  });

  it('CNA-1 refuses an orchestration whose CRM is not healthy, or whose profile is for something else', async () => {
    const draft = await world.draft();
    // While the CRM takes its time over the test of a connection, it counts as not tested.
    world.sandbox.endSessions();
    world.sandbox.faults.set({ kind: 'latency', operation: 'token', ms: 1_500 });
    const changing = world.around.crmWriter.updateConnection({ id: world.connectionId, name: 'Renamed' }, world.as);
    await waitFor(async () => (await world.around.crmWriter.getConnection({ id: world.connectionId }, world.as)).status === ConnectionStatus.UNTESTED);
    expect(await refusedWith(create(draft))).toMatchObject({ code: 'orchestrations.connection.untested', field: 'connection_id' });
    expect((await changing).status).toBe(ConnectionStatus.HEALTHY);
    expect(await refusedWith(create({ ...draft, connectionId: 'nowhere' }))).toMatchObject({ code: 'orchestrations.connection.unknown' });
    expect(await refusedWith(create({ ...draft, mappingProfileId: 'nowhere' }))).toMatchObject({ code: 'orchestrations.mapping_profile.unknown', field: 'mapping_profile_id' });
    expect(await refusedWith(world.profile({ object: 'Campaign' }))).toMatchObject({ code: 'crm_writer.object_unknown', publicMessage: expect.stringContaining("'Campaign'") });
    const other = await world.connect(world.sandbox);
    const theirs = await world.profile({ connectionId: other.id });
    expect(await refusedWith(create({ ...draft, mappingProfileId: theirs.id }))).toMatchObject({ code: 'orchestrations.mapping_profile.wrong_connection' });
  });

  it('CNA-2 refuses a static segment, and one that is built from a CRM list through a nested segment, naming the path', async () => {
    const draft = await world.draft();
    const handMade = await world.segment({ name: 'Hand-made', kind: segments.SegmentKind.STATIC });
    expect(await refusedWith(create({ ...draft, segmentId: handMade.id }))).toMatchObject({ code: 'orchestrations.segment.not_dynamic', field: 'segment_id', publicMessage: expect.stringContaining('"Hand-made"') });
    const b = await world.segment({ name: 'B', rule: allOf(inCrmList('00B5g00001')) });
    const a = await world.segment({ name: 'A', rule: allOf(inSegment(b.id)) });
    const nested = await refusedWith(create({ ...draft, segmentId: a.id }));
    expect(nested).toMatchObject({ code: 'orchestrations.segment.crm_condition', field: 'segment_id' });
    expect(nested.publicMessage).toContain('Segment A › Segment B › CRM list 00B5g00001');
    expect((await check({ segmentId: a.id })).segment).toMatchObject({ met: false, message: nested.publicMessage });
  });
});

describe('mapping profiles', () => {
  const refused = (more: Partial<orchestrations.MappingProfile>) => refusedWith(world.profile(more));
  const name = { companyField: 'name', crmField: 'Name', constant: '' };

  it('CNA-3 shows the mappings of a profile as they were saved', async () => {
    const saved = await world.profile();
    expect(saved).toMatchObject({ environment: 'production', version: 1 });
    const shown = await world.client.getMappingProfile({ id: saved.id }, world.as);
    expect(shown.mappings).toEqual([name, { companyField: 'website', crmField: 'Website', constant: '' }, { companyField: 'country', crmField: 'BillingCountry', constant: '' }, { companyField: 'employees', crmField: 'NumberOfEmployees', constant: '' }]);
    expect((await world.client.listMappingProfiles({ connectionId: world.connectionId }, world.as)).profiles.map((p) => p.id)).toContain(saved.id);
  });

  it('CNA-3 refuses at save, by name, fields that the CRM does not have or does not let us write', async () => {
    const error = await refused({ mappings: [name, { companyField: 'country', crmField: 'LastModifiedDate', constant: '' }, { companyField: 'country', crmField: 'Planet__c', constant: '' }] });
    expect(error.problems).toEqual([
      { field: 'mappings[1].crm_field', message: expect.stringContaining('does not let us write "LastModifiedDate"') },
      { field: 'mappings[2].crm_field', message: expect.stringContaining('no field "Planet__c"') },
    ]);
    expect(error.code).toBe('orchestrations.mapping_profile.field_read_only');
  });

  it('CNA-3 names required CRM fields that nothing is mapped to, and company fields that do not exist', async () => {
    const error = await refused({ mappings: [{ companyField: 'planet', crmField: 'Website', constant: '' }] });
    expect(error.problems.map((p) => p.message).join(' ')).toMatch(/no field "planet".*requires "Name"/);
    expect((await refused({ mappings: [] })).field).toBe('mappings');
  });

  it('CNA-3 refuses what can never fit: a text onto a number, a constant outside the picklist, an id field that is none', async () => {
    world.sandbox.faults.set({ kind: 'field-changed', object: 'Account', field: 'Industry', set: { restricted: true } });
    const map = (companyField: string, crmField: string, constant = '') => ({ mappings: [name, { companyField, crmField, constant }] });
    expect((await refused(map('website', 'NumberOfEmployees'))).code).toBe('orchestrations.mapping_profile.type_mismatch');
    expect((await refused(map('', 'Industry', 'Alchemy'))).publicMessage).toContain('"Alchemy" is not one of the values of Industry');
    expect((await refused(map('country', 'Website', 'x'))).code).toBe('orchestrations.mapping_profile.two_sources');
    expect((await refused({ externalIdField: 'Website' })).code).toBe('orchestrations.mapping_profile.not_external_id');
    expect((await refused({ connectionId: 'nowhere' })).code).toBe('orchestrations.connection.unknown');
    expect((await refused({ environment: 'sandbox' })).field).toBe('environment');
  });

  it('cannot be finished without a profile, and a profile in use is not deleted', async () => {
    const profile = await world.profile();
    await world.saved({ mappingProfileId: profile.id, name: 'The user' });
    expect(await refusedWith(world.client.deleteMappingProfile({ id: profile.id }, world.as))).toMatchObject({ kind: 'Conflict', publicMessage: expect.stringContaining('"The user"') });
    const changed = await world.client.updateMappingProfile({ profile: { ...profile, name: 'Renamed' } }, world.as);
    expect(changed).toMatchObject({ version: 2, name: 'Renamed' });
    expect(await refusedWith(world.client.updateMappingProfile({ profile: { ...profile, name: 'Late' } }, world.as))).toMatchObject({ kind: 'Conflict' });
  });

  it('stops a run before its first write when a mapped field has become read-only meanwhile', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    world.sandbox.faults.set({ kind: 'field-changed', object: 'Account', field: 'Website', set: { createable: false } });
    const { id } = await world.start(saved.id);
    expect(await world.run(id)).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.mapping_profile.field_read_only', problem: expect.stringContaining('Website') });
  });
});

it('answers only callers who may: reading does not allow running', async () => {
  const token = await world.around.tokens.mint(world.as.workspaceId, ['ORCHESTRATIONS_READ']);
  const saved = await world.saved();
  expect((await world.client.getOrchestration({ id: saved.id }, { bearerToken: token })).id).toBe(saved.id);
  expect(await refusedWith(world.client.runNow({ orchestrationId: saved.id }, { bearerToken: token }))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('ORCHESTRATIONS_RUN') });
});
