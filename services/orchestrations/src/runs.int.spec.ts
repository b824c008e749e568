import { TOPICS, orchestrations, scheduler } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { company } from './testing/neighbourhood.ts';
import { OrchestrationsWorld, W, refusedWith } from './testing/orchestrations-world.ts';

const { PlanAction, PlanState, RecordState, RunState, ScheduleMode, Weekday } = orchestrations;
let world: OrchestrationsWorld;

beforeAll(async () => {
  world = await OrchestrationsWorld.start({ SIGNALBOX_RUN_BATCH_SIZE: '10', SIGNALBOX_RUN_BATCH_WINDOW: '2' });
});
afterAll(() => world.stop());
beforeEach(() => {
  const { around } = world;
  around.crm.clear();
  around.links.clear();
  around.batches.length = 0;
  around.segments.clear();
  around.addSegment({ id: 'seg', name: 'German companies' });
  around.companies = Array.from({ length: 25 }, (_, i) => company(i));
  around.gate = Promise.resolve();
  around.entitlements.add('orchestrations');
});

/** Holds the writer back until the returned function is called. */
function holdWriter(): () => void {
  let open = () => undefined as void;
  world.around.gate = new Promise<void>((resolve) => (open = resolve));
  return open;
}

const sum = (c: orchestrations.RunCounts) => c.succeeded + c.skipped + c.failed + c.unknownThenSettled;

describe('previews', () => {
  it('ORC-3 saves without running anything, says so, and generates the preview', async () => {
    const saved = await world.saved();
    expect(saved.notice).toBe('Saved; a preview is being generated.');
    const plan = await world.preview(saved.id);
    expect(plan).toMatchObject({ state: PlanState.READY, planned: 25, toWrite: 25, lookedAt: 25, toLookAt: 25, orchestrationVersion: 1, runId: '' });
    expect(await world.client.listRuns({ orchestrationId: saved.id }, W)).toMatchObject({ runs: [] });
    expect(world.around.batches).toEqual([]);
  });

  it('ORC-4 shows a sample page by page and streams the full list, each record once and in order', async () => {
    world.around.companies = Array.from({ length: 1_203 }, (_, i) => company(i));
    const plan = await world.preview((await world.saved()).id);
    const sample = await world.client.listPlanRecords({ planId: plan.id, page: { limit: 100 } }, W);
    expect(sample.records).toHaveLength(100);
    expect(sample.page?.total).toBe(1_203);
    const next = await world.client.listPlanRecords({ planId: plan.id, page: { limit: 100, cursor: sample.page?.nextCursor } }, W);
    expect(next.records[0]?.position).toBe(101);
    const all = await world.records(plan.id);
    expect(all.map((r) => r.position)).toEqual(Array.from({ length: 1_203 }, (_, i) => i + 1));
    expect(new Set(all.map((r) => r.companyId)).size).toBe(1_203);
  });

  it('ORC-8 gives every planned record a reason, words and the evidence', async () => {
    const { around } = world;
    around.companies = [company(1), company(2), company(3, { name: 'Maybe Known' }), company(4, { name: 'Company 1' }), company(5, { website: `https://${'long'.repeat(20)}.example` })];
    around.crm.set('company 2|germany', '001here');
    const plan = await world.preview((await world.saved()).id);
    const records = await world.records(plan.id);
    expect(records.map((r) => [r.action, r.reason])).toEqual([
      [PlanAction.CREATE, 'not_in_crm'], [PlanAction.SKIP, 'already_in_crm'], [PlanAction.SKIP, 'needs_review'], [PlanAction.SKIP, 'duplicate_in_segment'], [PlanAction.SKIP, 'field_invalid'],
    ]);
    expect(records[0]).toMatchObject({ reasonText: 'No account is like it.', evidence: { rulesVersion: 3 }, state: RecordState.PLANNED });
    expect(records[0]?.changes).toContainEqual({ field: 'Signalbox_Id__c', before: '', after: 'co000001', clear: false });
    expect(records[1]).toMatchObject({ crmId: '001here', evidence: { rule: 'strict', score: 1 }, state: RecordState.SKIPPED });
    expect(records[2]?.evidence?.otherCandidates).toMatchObject([{ accountId: '001x', score: 0.8 }]);
    expect(records[3]?.reasonText).toContain('"Company 1"');
    expect(records[4]?.reasonText).toContain('Website takes at most 60');
    expect(plan.skippedByReason).toEqual(expect.arrayContaining([{ name: 'already_in_crm', count: 1 }, { name: 'duplicate_in_segment', count: 1 }]));
  });

  it('returns the preview that is being generated instead of starting a second one', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    const [first, second] = await Promise.all([1, 2].map(() => world.client.generatePreview({ orchestrationId: saved.id }, W)));
    expect(second?.id).toBe(first?.id);
    expect(await world.preview(saved.id)).toMatchObject({ id: first?.id, state: PlanState.READY });
  });

  it('says why a preview could not be generated', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    world.around.addSegment({ id: 'seg', name: 'German companies', kind: 'SEGMENT_KIND_STATIC' as never });
    await world.client.generatePreview({ orchestrationId: saved.id }, W);
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.FAILED, problem: expect.stringContaining('static list') });
  });
});

describe('runs', () => {
  it('runs a plan to the end, in batches, and counts every record', async () => {
    world.around.crm.set('company 3|germany', '001there');
    const saved = await world.saved();
    const asked = Date.now();
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    const run = await world.run(id);
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(run).toMatchObject({ state: RunState.FINISHED, problem: '', counts: { planned: 25, succeeded: 24, skipped: 1, failed: 0, remaining: 0 } });
    expect(run.counts?.skippedByReason).toEqual([{ name: 'already_in_crm', count: 1 }]);
    expect(run.counts?.apiCalls).toEqual(expect.arrayContaining([{ name: 'create', count: 3 }, { name: 'query', count: 1 }]));
    expect(world.around.batches.map((b) => b.changes.length)).toEqual([10, 10, 4]);
    expect(world.around.batches[0]).toMatchObject({ provider: 'salesforce', connectionId: 'c1', object: 'Account', externalIdField: 'Signalbox_Id__c', plannedAtSequence: 9 });
    const records = await world.records(run.planId);
    expect(records.filter((r) => r.state === RecordState.SUCCEEDED)).toHaveLength(24);
    expect(records[0]).toMatchObject({ crmId: '001co000000', outcomeCode: 'created', finishedAt: expect.any(Date) });
    await waitFor(() => world.around.finished.some((f) => f.runId === id && f.state === RunState.FINISHED && f.counts?.succeeded === 24));
  });

  it('ORC-5 joins the run that is queued or running, whatever the schedule, and doubles nothing', async () => {
    const saved = await world.saved({ schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.MONDAY } });
    const release = holdWriter();
    const first = await world.client.runNow({ orchestrationId: saved.id }, W);
    const second = await world.client.runNow({ orchestrationId: saved.id }, W);
    await world.run(first.id, RunState.APPLYING);
    const third = await world.client.runNow({ orchestrationId: saved.id }, W);
    expect([first.joined, second.joined, third.joined]).toEqual([false, true, true]);
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    release();
    expect(await world.run(first.id)).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 25 } });
    expect(world.around.crm.size).toBe(25);
  });

  it('CNA-7 creates one account for two members that are the same company', async () => {
    world.around.companies = [company(1), company(2, { name: 'COMPANY 1' })];
    const { id } = await world.client.runNow({ orchestrationId: (await world.saved()).id }, W);
    const run = await world.run(id);
    expect(run.counts).toMatchObject({ planned: 2, succeeded: 1, skipped: 1, skippedByReason: [{ name: 'duplicate_in_segment', count: 1 }] });
    expect([...world.around.crm.values()]).toEqual(['001co000001']);
  });

  it('CNA-10 no longer lists a company once it is linked to its account', async () => {
    const saved = await world.saved();
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    await world.run(id);
    await world.client.generatePreview({ orchestrationId: saved.id }, W);
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, planned: 0, toWrite: 0, lookedAt: 25 });
    const again = await world.client.runNow({ orchestrationId: saved.id }, W);
    expect(await world.run(again.id)).toMatchObject({ state: RunState.FINISHED, counts: { planned: 0, succeeded: 0 } });
  });

  it('ORC-9 cancels: what was written stays recorded, what was not sent is skipped, and nothing more is sent', async () => {
    const release = holdWriter();
    const { id } = await world.client.runNow({ orchestrationId: (await world.saved()).id }, W);
    await waitFor(() => world.around.batches.length === 2);
    const cancelling = await world.client.cancelRun({ id }, W);
    expect(cancelling).toMatchObject({ state: RunState.CANCELLING, counts: { planned: 25, skipped: 5, remaining: 20 } });
    release();
    const run = await world.run(id);
    expect(run).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 25, succeeded: 20, skipped: 5, remaining: 0, skippedByReason: [{ name: 'cancelled', count: 5 }] } });
    expect(world.around.batches).toHaveLength(2);
    const left = await world.client.listPlanRecords({ planId: run.planId, state: RecordState.SKIPPED }, W);
    expect(left.records.map((r) => r.outcomeCode)).toEqual(Array(5).fill('cancelled'));
    expect(await world.client.cancelRun({ id }, W)).toMatchObject({ state: RunState.CANCELLED });
  });

  it('watches a run until it has ended, and no longer', async () => {
    const { id } = await world.client.runNow({ orchestrationId: (await world.saved()).id }, W);
    const seen: orchestrations.Run[] = [];
    for await (const run of world.client.watchRun({ id }, W)) seen.push(run);
    expect(seen.at(-1)).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 25 } });
    for (const run of seen) expect(run.counts && sum(run.counts) + run.counts.remaining).toBe(run.counts?.planned);
  });

  it('fails before the first write when a prerequisite no longer holds, with its code and words', async () => {
    const saved = await world.saved();
    await world.preview(saved.id);
    const healthy = world.around.connection;
    world.around.connection = { ...healthy, status: 'CONNECTION_STATUS_UNHEALTHY' as never, statusMessage: 'The client secret was changed.' };
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    const run = await world.run(id);
    world.around.connection = healthy;
    expect(run).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.connection.unhealthy', counts: { planned: 0, remaining: 0 } });
    expect(run.problem).toContain('The client secret was changed.');
    expect(world.around.batches).toEqual([]);
  });
});

describe('guardrails', () => {
  it('ORC-10 halts before the first write, says why, and goes on when a person overrides for that run', async () => {
    const saved = await world.saved({ guardrails: { maxRecords: 20, maxSharePercent: 0, maxClears: 0 } });
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, guardrail: expect.stringContaining('at most 20') });
    const { id } = await world.client.runNow({ orchestrationId: saved.id }, W);
    const halted = await world.run(id, RunState.HALTED);
    expect(halted).toMatchObject({ problemCode: 'guardrail.max_records', problem: expect.stringContaining('writes 25 records; at most 20') });
    expect(world.around.batches).toEqual([]);
    await world.client.overrideRun({ id }, W);
    expect(await world.run(id)).toMatchObject({ state: RunState.FINISHED, overridden: true, problem: '', counts: { succeeded: 25 } });
    const next = await world.client.runNow({ orchestrationId: saved.id }, W);
    world.around.companies.push(company(100));
    expect(next.overridden).toBe(false);
    await world.run(next.id);
  });

  it('ORC-10 halts on the share of the CRM, and a newer run takes the place of the halted one', async () => {
    for (let i = 0; i < 100; i += 1) world.around.crm.set(`other ${i}|spain`, `001o${i}`);
    const saved = await world.saved({ guardrails: { maxRecords: 0, maxSharePercent: 10, maxClears: 0 } });
    const first = await world.client.runNow({ orchestrationId: saved.id }, W);
    expect(await world.run(first.id, RunState.HALTED)).toMatchObject({ problemCode: 'guardrail.max_share', plan: { sharePercent: 25, crmRecords: 100 } });
    const second = await world.client.runNow({ orchestrationId: saved.id }, W);
    expect(second.joined).toBe(false);
    expect(await world.run(first.id)).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 25, skipped: 25, skippedByReason: [{ name: 'superseded', count: 25 }] } });
    await world.run(second.id, RunState.HALTED);
    expect(await world.client.cancelRun({ id: second.id }, W)).toMatchObject({ state: RunState.CANCELLED, counts: { skipped: 25, remaining: 0 } });
    expect(world.around.batches).toEqual([]);
    expect((await refusedWith(world.client.overrideRun({ id: second.id }, W))).code).toBe('orchestrations.run.not_halted');
  });
});

describe('scheduled runs', () => {
  const requested = (subjectId: string, occurrenceId: string) => world.around.publish(
    TOPICS.runRequested, scheduler.RunRequested.fromPartial({ workspaceId: 'w1', subjectId, occurrenceId, dueAt: new Date() }), `${occurrenceId}-${Math.random()}`,
  );
  const finishedFor = (occurrenceId: string) => waitFor(() => world.around.finished.find((f) => f.occurrenceId === occurrenceId));

  it('ORC-2 tells the scheduler of the schedule, runs when it asks, once for an occurrence, and reports the end', async () => {
    const saved = await world.saved({ schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.FRIDAY } });
    await waitFor(() => world.around.schedules.some((s) => s.orchestrationId === saved.id && s.schedule?.weekday === Weekday.FRIDAY));
    await requested(saved.id, 'occ-1');
    expect(await finishedFor('occ-1')).toMatchObject({ state: RunState.FINISHED, orchestrationId: saved.id, counts: { succeeded: 25 } });
    await requested(saved.id, 'occ-1');
    await requested(saved.id, 'occ-2');
    await finishedFor('occ-2');
    const { runs } = await world.client.listRuns({ orchestrationId: saved.id }, W);
    expect(runs.map((r) => r.trigger)).toEqual([orchestrations.RunTrigger.SCHEDULE, orchestrations.RunTrigger.SCHEDULE]);
  });

  it('ORC-6 goes back to manual at any time, even without the package, and the next nightly sync does nothing', async () => {
    const saved = await world.saved({ schedule: { mode: ScheduleMode.DAILY, weekday: Weekday.UNSPECIFIED } });
    world.around.entitlements.delete('orchestrations');
    await world.client.updateOrchestration({ orchestration: { ...saved, schedule: { mode: ScheduleMode.MANUAL } } }, W);
    await waitFor(() => world.around.schedules.some((s) => s.orchestrationId === saved.id && s.schedule?.mode === ScheduleMode.MANUAL));
    await requested(saved.id, 'occ-6');
    expect(await finishedFor('occ-6')).toMatchObject({ state: RunState.CANCELLED, runId: '' });
    expect((await world.client.listRuns({ orchestrationId: saved.id }, W)).runs).toEqual([]);
  });
});
