import { crmWriter, orchestrations, segments } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { ACCOUNT_FIELDS, company } from './testing/neighbourhood.ts';
import { OrchestrationsWorld, W, refusedWith } from './testing/orchestrations-world.ts';

const { PlanState, RunState, ScheduleMode, Weekday } = orchestrations;
const { ConnectionStatus } = crmWriter;
let world: OrchestrationsWorld;

beforeAll(async () => {
  world = await OrchestrationsWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => {
  const { around } = world;
  around.segments.clear();
  around.addSegment({ id: 'seg', name: 'German companies' });
  around.companies = [company(1), company(2)];
  around.entitlements.add('orchestrations');
  around.fields.splice(0, around.fields.length, ...ACCOUNT_FIELDS);
  around.connection = { ...around.connection, status: ConnectionStatus.HEALTHY, statusMessage: '' };
});

const create = (given: Partial<orchestrations.Orchestration>) => world.client.createOrchestration({ orchestration: orchestrations.Orchestration.fromPartial(given) }, W);
const inCrmList = (reference: string): segments.RuleNode => ({ node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.LIST, connectionId: 'c1', reference } } });
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
    expect(await world.client.getOrchestration({ id: saved.id }, W)).toMatchObject({
      name: 'New accounts', kind: 'create_accounts', segmentId: 'seg', connectionId: 'c1', version: 1, settingsJson: '{}', notice: '',
      schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.TUESDAY }, guardrails: { maxRecords: 5, maxSharePercent: 2.5, maxClears: 1 },
    });
    const changed = await world.client.updateOrchestration({ orchestration: { ...saved, name: 'Better name', guardrails: undefined } }, W);
    expect(changed).toMatchObject({ version: 2, name: 'Better name', guardrails: { maxRecords: 0 }, notice: 'Saved; a preview is being generated.' });
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, orchestrationVersion: 2 });
    const stale = await refusedWith(world.client.updateOrchestration({ orchestration: { ...saved, name: 'Late' } }, W));
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
    world.around.entitlements.delete('orchestrations');
    const draft = await world.draft();
    for (const call of [() => create(draft), () => world.client.runNow({ orchestrationId: saved.id }, W)]) {
      expect(await refusedWith(call())).toMatchObject({ kind: 'Forbidden', code: 'orchestrations.entitlement.missing', publicMessage: expect.stringContaining('"orchestrations"') });
    }
    expect(await world.client.getOrchestration({ id: saved.id }, W)).toMatchObject({ name: 'New accounts' });
    expect((await world.client.listOrchestrations({}, W)).orchestrations.map((o) => o.id)).toContain(saved.id);
    expect((await world.client.listPlanRecords({ planId: (await world.preview(saved.id)).id }, W)).records).toHaveLength(2);
    expect((await world.client.listKinds({}, W)).kinds).toMatchObject([{ name: 'create_accounts', entitlement: 'orchestrations', entitled: false }]);
  });

  it('shows nothing of one workspace to another', async () => {
    const saved = await world.saved();
    const plan = await world.preview(saved.id);
    const other = { workspaceId: 'w2' };
    expect((await refusedWith(world.client.getOrchestration({ id: saved.id }, other))).kind).toBe('NotFound');
    expect((await refusedWith(world.client.getPlan({ id: plan.id }, other))).kind).toBe('NotFound');
    expect((await refusedWith(world.client.runNow({ orchestrationId: saved.id }, other))).kind).toBe('NotFound');
    expect((await world.client.listOrchestrations({}, other)).orchestrations).toEqual([]);
  });

  it('deletes an orchestration, keeps its runs, and tells the scheduler', async () => {
    const saved = await world.saved();
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    await world.run(id);
    await world.client.deleteOrchestration({ id: saved.id }, W);
    await world.client.deleteOrchestration({ id: saved.id }, W);
    expect((await refusedWith(world.client.getOrchestration({ id: saved.id }, W))).kind).toBe('NotFound');
    expect(await world.client.getRun({ id }, W)).toMatchObject({ state: RunState.FINISHED });
    await waitFor(() => world.around.schedules.some((s) => s.orchestrationId === saved.id && s.removed));
  });

  it('pages through lists, and refuses a cursor that is none', async () => {
    const made = [await world.saved(), await world.saved(), await world.saved()];
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await world.client.listOrchestrations({ page: { limit: 2, cursor } }, W);
      seen.push(...answer.orchestrations.map((o) => o.id));
      cursor = answer.page?.nextCursor ?? '';
      if (!cursor) break;
    }
    expect(seen).toEqual(expect.arrayContaining(made.map((o) => o.id)));
    expect(new Set(seen).size).toBe(seen.length);
    expect((await refusedWith(world.client.listOrchestrations({ page: { limit: 2, cursor: 'nonsense' } }, W))).field).toBe('page.cursor');
  });
});

describe('prerequisites of creating accounts', () => {
  const check = async (more: Partial<orchestrations.CheckPrerequisitesRequest> = {}) => {
    const mappingProfileId = more.mappingProfileId ?? (await world.profile()).id;
    const { prerequisites } = await world.client.checkPrerequisites({ kind: 'create_accounts', connectionId: 'c1', segmentId: 'seg', ...more, mappingProfileId }, W);
    return Object.fromEntries(prerequisites.map((p) => [p.name, p]));
  };

  it('CNA-1 reports each prerequisite with a message of its own', async () => {
    const met = { met: true, code: '', message: '' };
    expect(await check()).toMatchObject({ entitlement: met, connection: met, mapping_profile: met, segment: met });
    expect(await check({ connectionId: '', segmentId: '', mappingProfileId: '' })).toMatchObject({
      connection: { met: false, code: 'orchestrations.connection.missing' }, mapping_profile: { met: false, code: 'orchestrations.mapping_profile.missing' }, segment: { met: false, code: 'orchestrations.segment.missing' },
    });
    const profile = await world.profile();
    world.around.entitlements.delete('orchestrations');
    world.around.connection = { ...world.around.connection, status: ConnectionStatus.UNHEALTHY, statusMessage: 'The user is locked.' };
    expect(await check({ mappingProfileId: profile.id })).toMatchObject({
      entitlement: { met: false, code: 'orchestrations.entitlement.missing', message: expect.stringContaining('package "orchestrations"') },
      connection: { met: false, code: 'orchestrations.connection.unhealthy', message: expect.stringContaining('The user is locked.') },
    });
  });

  it('CNA-1 refuses an orchestration whose CRM is not healthy, or whose profile is for something else', async () => {
    const draft = await world.draft();
    world.around.connection = { ...world.around.connection, status: ConnectionStatus.UNTESTED };
    expect(await refusedWith(create(draft))).toMatchObject({ code: 'orchestrations.connection.untested', field: 'connection_id' });
    world.around.connection = { ...world.around.connection, status: ConnectionStatus.HEALTHY };
    expect(await refusedWith(create({ ...draft, connectionId: 'nowhere' }))).toMatchObject({ code: 'orchestrations.connection.unknown' });
    expect(await refusedWith(create({ ...draft, mappingProfileId: 'nowhere' }))).toMatchObject({ code: 'orchestrations.mapping_profile.unknown', field: 'mapping_profile_id' });
    const contacts = await world.profile({ object: 'Contact' });
    expect(await refusedWith(create({ ...draft, mappingProfileId: contacts.id }))).toMatchObject({ code: 'orchestrations.mapping_profile.wrong_object' });
  });

  it('CNA-2 refuses a static segment, and one that is built from a CRM list through a nested segment, naming the path', async () => {
    const draft = await world.draft();
    world.around.addSegment({ id: 'seg', name: 'Hand-made', kind: segments.SegmentKind.STATIC });
    expect(await refusedWith(create(draft))).toMatchObject({ code: 'orchestrations.segment.not_dynamic', field: 'segment_id', publicMessage: expect.stringContaining('"Hand-made"') });
    world.around.addSegment({ id: 'seg', name: 'A', rule: allOf(inSegment('b')) });
    world.around.addSegment({ id: 'b', name: 'B', rule: allOf(inSegment('seg'), inCrmList('00B5g00001')) });
    const nested = await refusedWith(create(draft));
    expect(nested).toMatchObject({ code: 'orchestrations.segment.crm_condition', field: 'segment_id' });
    expect(nested.publicMessage).toContain('Segment A › Segment B › CRM list 00B5g00001');
    expect((await check()).segment).toMatchObject({ met: false, message: nested.publicMessage });
  });
});

describe('mapping profiles', () => {
  const refused = (more: Partial<orchestrations.MappingProfile>) => refusedWith(world.profile(more));
  const name = { companyField: 'name', crmField: 'Name', constant: '' };

  it('CNA-3 shows the mappings of a profile as they were saved', async () => {
    const saved = await world.profile();
    expect(saved).toMatchObject({ environment: 'production', version: 1 });
    const shown = await world.client.getMappingProfile({ id: saved.id }, W);
    expect(shown.mappings).toEqual([name, { companyField: 'website', crmField: 'Website', constant: '' }, { companyField: 'employees', crmField: 'NumberOfEmployees', constant: '' }]);
    expect((await world.client.listMappingProfiles({ connectionId: 'c1' }, W)).profiles.map((p) => p.id)).toContain(saved.id);
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
    expect(await refusedWith(world.client.deleteMappingProfile({ id: profile.id }, W))).toMatchObject({ kind: 'Conflict', publicMessage: expect.stringContaining('"The user"') });
    const changed = await world.client.updateMappingProfile({ profile: { ...profile, name: 'Renamed' } }, W);
    expect(changed).toMatchObject({ version: 2, name: 'Renamed' });
    expect(await refusedWith(world.client.updateMappingProfile({ profile: { ...profile, name: 'Late' } }, W))).toMatchObject({ kind: 'Conflict' });
  });

  it('stops a run before its first write when a mapped field has become read-only meanwhile', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    const website = world.around.fields.findIndex((f) => f.name === 'Website');
    world.around.fields[website] = { ...(ACCOUNT_FIELDS[website] as crmWriter.CrmField), createable: false };
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    expect(await world.run(id)).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.mapping_profile.field_read_only', problem: expect.stringContaining('Website') });
  });
});

it('answers only callers who may: reading does not allow running', async () => {
  const token = await world.tokens.mint('w1', ['ORCHESTRATIONS_READ']);
  const saved = await world.saved();
  expect((await world.client.getOrchestration({ id: saved.id }, { bearerToken: token })).id).toBe(saved.id);
  expect(await refusedWith(world.client.runNow({ orchestrationId: saved.id }, { bearerToken: token }))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('ORCHESTRATIONS_RUN') });
});
