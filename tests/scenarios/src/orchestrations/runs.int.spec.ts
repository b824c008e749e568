import { TOPICS, orchestrations, scheduler, segments } from '@signalbox/contracts';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { OrchestrationsWorld, refusedWith } from './orchestrations-world.ts';

const { PlanAction, PlanState, RecordState, RunState, RunTrigger, ScheduleMode, Weekday } = orchestrations;
let world: OrchestrationsWorld;

beforeAll(async () => {
  world = await OrchestrationsWorld.start({ SIGNALBOX_RUN_BATCH_SIZE: '10', SIGNALBOX_RUN_BATCH_WINDOW: '2' });
}, 120_000);
afterAll(() => world?.stop(), 60_000);
afterEach(() => world.sandbox.faults.clear());

const sum = (c: orchestrations.RunCounts) => c.succeeded + c.skipped + c.failed + c.unknownThenSettled;

describe('previews', () => {
  it('ORC-3 saves without running anything, says so, and generates the preview', async () => {
    await world.scene(25);
    const saved = await world.saved();
    expect(saved.notice).toBe('Saved; a preview is being generated.');
    const plan = await world.preview(saved.id);
    expect(plan).toMatchObject({ state: PlanState.READY, planned: 25, toWrite: 25, lookedAt: 25, toLookAt: 25, orchestrationVersion: 1, runId: '' });
    expect(await world.client.listRuns({ orchestrationId: saved.id }, world.as)).toMatchObject({ runs: [] });
    expect(world.accounts().size).toBe(0);
  });

  it('ORC-4 shows a sample page by page and streams the full list, each record once and in order', async () => {
    await world.scene(1_203);
    const plan = await world.preview((await world.saved()).id);
    const sample = await world.client.listPlanRecords({ planId: plan.id, page: { limit: 100 } }, world.as);
    expect(sample.records).toHaveLength(100);
    expect(sample.page?.total).toBe(1_203);
    const next = await world.client.listPlanRecords({ planId: plan.id, page: { limit: 100, cursor: sample.page?.nextCursor } }, world.as);
    expect(next.records[0]?.position).toBe(101);
    const all = await world.records(plan.id);
    expect(all.map((r) => r.position)).toEqual(Array.from({ length: 1_203 }, (_, i) => i + 1));
    expect(new Set(all.map((r) => r.companyId)).size).toBe(1_203);
  });

  it('ORC-8 gives every planned record a reason, words and the evidence', async () => {
    const { ids } = world.sandbox.seed('Account', [
      { Name: 'Globex Corporation', Website: 'globex.com', BillingCountry: 'Germany' }, { Name: 'Northwind Traders', Website: 'northwind.com', BillingCountry: 'Germany' },
    ]);
    await world.scene([
      {}, { name: 'Globex Corp.', website: 'www.globex.com' }, { name: 'Contoso Pharmaceuticals', website: 'northwind.com' },
      { name: 'Initech', website: 'initech.com' }, { name: 'INITECH', website: 'www.initech.com' }, { website: `https://many-words.example.com/${'word'.repeat(70)}` },
    ]);
    const plan = await world.preview((await world.saved()).id);
    const records = new Map((await world.records(plan.id)).map((r) => [r.companyId, r]));
    const of = (i: number) => records.get(world.companies[i]?.id ?? '');
    expect(of(0)).toMatchObject({ action: PlanAction.CREATE, reason: 'not_in_crm', reasonText: expect.stringMatching(/\w+/), evidence: { rulesVersion: expect.any(Number) }, state: RecordState.PLANNED });
    expect(of(0)?.changes).toContainEqual({ field: 'Signalbox_Id__c', before: '', after: world.companies[0]?.id, clear: false });
    expect(of(1)).toMatchObject({ action: PlanAction.SKIP, reason: 'already_in_crm', crmId: ids[0], state: RecordState.SKIPPED });
    expect(of(1)?.evidence).toMatchObject({ rule: expect.stringMatching(/\w+/), score: expect.any(Number) });
    // Another name on the site of one account: nine in ten such are one company.
    expect(of(2)).toMatchObject({ action: PlanAction.SKIP, reason: 'already_in_crm', crmId: ids[1], reasonText: expect.stringContaining('northwind.com') });
    const twins = [of(3), of(4)];
    expect(twins.map((r) => r?.reason).sort()).toEqual(['duplicate_in_segment', 'not_in_crm']);
    const [first, second] = twins[0]?.reason === 'not_in_crm' ? twins : [...twins].reverse();
    expect(second?.reasonText).toContain(first?.companyName);
    expect(of(5)).toMatchObject({ action: PlanAction.SKIP, reason: 'field_invalid', reasonText: expect.stringContaining('Website takes at most 255') });
    expect(plan.skippedByReason).toEqual(expect.arrayContaining([{ name: 'already_in_crm', count: 2 }, { name: 'duplicate_in_segment', count: 1 }]));
  });

  it('returns the preview that is being generated instead of starting a second one', async () => {
    await world.scene(5);
    const saved = await world.saved();
    await world.preview(saved.id);
    const [first, second] = await Promise.all([1, 2].map(() => world.client.generatePreview({ orchestrationId: saved.id }, world.as)));
    expect(second?.id).toBe(first?.id);
    expect(await world.preview(saved.id)).toMatchObject({ id: first?.id, state: PlanState.READY });
  });

  it('says why a preview could not be generated', async () => {
    await world.scene(5);
    const saved = await world.saved();
    await world.preview(saved.id);
    const rule: segments.RuleNode = { node: { $case: 'crm', crm: { kind: segments.CrmConditionKind.REPORT, connectionId: world.connectionId, reference: '00O5g00001' } } };
    await world.around.segments.updateSegment({ id: world.segmentId, name: 'From a report', rule }, world.as);
    await world.client.generatePreview({ orchestrationId: saved.id }, world.as);
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.FAILED, problem: expect.stringContaining('00O5g00001') });
  });
});

describe('runs', () => {
  it('runs a plan to the end, in batches, and counts every record', async () => {
    await world.scene(25);
    const known = world.companies[3];
    const { ids } = world.sandbox.seed('Account', [{ Name: known?.name, Website: known?.website, BillingCountry: 'Germany' }]);
    const saved = await world.saved();
    const asked = Date.now();
    const { id } = await world.start(saved.id);
    const run = await world.run(id);
    // About two seconds; one wait for a retry or a lost wake-up on the way would show, a busy machine does not.
    expect(Date.now() - asked).toBeLessThan(15_000);
    expect(run).toMatchObject({ state: RunState.FINISHED, problem: '', counts: { planned: 25, succeeded: 24, skipped: 1, failed: 0, remaining: 0 } });
    expect(run.counts?.skippedByReason).toEqual([{ name: 'already_in_crm', count: 1 }]);
    expect(run.counts?.apiCalls).toEqual(expect.arrayContaining([{ name: expect.stringMatching(/^collections|^composite/), count: 3 }]));
    const batches = world.batchesOf(id);
    expect(batches.map((b) => b.changes.length)).toEqual([10, 10, 4]);
    expect(batches[0]).toMatchObject({ provider: 'salesforce', connectionId: world.connectionId, object: 'Account', externalIdField: 'Signalbox_Id__c', plannedAtSequence: expect.any(Number) });
    const records = await world.records(run.planId);
    const written = records.filter((r) => r.state === RecordState.SUCCEEDED);
    expect(new Map(written.map((r) => [r.companyId, r.crmId]))).toEqual(world.accounts());
    expect(written).toHaveLength(24);
    expect(written[0]).toMatchObject({ outcomeCode: 'created', finishedAt: expect.any(Date) });
    expect(records.find((r) => r.companyId === known?.id)?.crmId).toBe(ids[0]);
    await waitFor(() => world.finished.some((f) => f.runId === id && f.state === RunState.FINISHED && f.counts?.succeeded === 24));
  });

  it('ORC-5 joins the run that is queued or running, whatever the schedule, and doubles nothing', async () => {
    await world.scene(25);
    const saved = await world.saved({ schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.MONDAY } });
    const release = world.holdWrites();
    const first = await world.start(saved.id);
    const second = await world.start(saved.id);
    await world.run(first.id, RunState.APPLYING);
    const third = await world.start(saved.id);
    expect([first.joined, second.joined, third.joined]).toEqual([false, true, true]);
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    release();
    expect(await world.run(first.id)).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 25 } });
    expect(world.accounts().size).toBe(25);
  });

  it('CNA-7 creates one account for two members that are the same company', async () => {
    await world.scene([{ name: 'Umbrella', website: 'umbrella.de' }, { name: 'UMBRELLA', website: 'www.umbrella.de' }]);
    const run = await world.run((await world.start((await world.saved()).id)).id);
    expect(run.counts).toMatchObject({ planned: 2, succeeded: 1, skipped: 1, skippedByReason: [{ name: 'duplicate_in_segment', count: 1 }] });
    expect(world.accounts().size).toBe(1);
  });

  it('CNA-10 no longer lists a company once it is linked to its account', async () => {
    await world.scene(25);
    const saved = await world.saved();
    await world.run((await world.start(saved.id)).id);
    // The links reach matching as events, which are on their way when the run ends.
    await waitFor(async () => {
      await world.client.generatePreview({ orchestrationId: saved.id }, world.as);
      return (await world.preview(saved.id)).planned === 0;
    });
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, planned: 0, toWrite: 0, lookedAt: 25 });
    const again = await world.start(saved.id);
    expect(await world.run(again.id)).toMatchObject({ state: RunState.FINISHED, counts: { planned: 0, succeeded: 0 } });
    expect(world.accounts().size).toBe(25);
  });

  it('ORC-9 cancels: what was sent is recorded, what was not sent is skipped, and nothing more is sent', async () => {
    await world.scene(25);
    const saved = await world.saved();
    const release = world.holdWrites();
    const { id } = await world.start(saved.id);
    await waitFor(() => world.batchesOf(id).length === 2);
    const cancelling = await world.client.cancelRun({ id }, world.as);
    expect(cancelling).toMatchObject({ state: RunState.CANCELLING, counts: { planned: 25, skipped: 5, remaining: 20 } });
    release();
    const run = await world.run(id);
    // A batch is written whole or not at all: the writer finishes those that it had begun when it learnt of the cancellation.
    const written = run.counts?.succeeded ?? -1;
    const skipped = 25 - written;
    expect([0, 10, 20]).toContain(written);
    expect(run).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 25, skipped, remaining: 0, skippedByReason: [{ name: 'cancelled', count: skipped }] } });
    expect(world.batchesOf(id)).toHaveLength(2);
    expect(world.accounts().size).toBe(written);
    const left = await world.client.listPlanRecords({ planId: run.planId, state: RecordState.SKIPPED }, world.as);
    expect(left.records.map((r) => r.outcomeCode)).toEqual(Array(skipped).fill('cancelled'));
    expect(await world.client.cancelRun({ id }, world.as)).toMatchObject({ state: RunState.CANCELLED });
  });

  it('watches a run until it has ended, and no longer', async () => {
    await world.scene(25);
    const { id } = await world.start((await world.saved()).id);
    const seen: orchestrations.Run[] = [];
    for await (const run of world.client.watchRun({ id }, world.as)) seen.push(run);
    expect(seen.at(-1)).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 25 } });
    for (const run of seen) expect(run.counts && sum(run.counts) + run.counts.remaining).toBe(run.counts?.planned);
  });

  it('fails before the first write when a prerequisite no longer holds, with its code and words', async () => {
    await world.scene(5);
    const saved = await world.saved();
    await world.preview(saved.id);
    world.sandbox.endSessions();
    world.sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' });
    const { statusMessage } = await world.around.crmWriter.testConnection({ id: world.connectionId }, world.as);
    const { id } = await world.start(saved.id);
    const run = await world.run(id);
    expect(run).toMatchObject({ state: RunState.FAILED, problemCode: 'orchestrations.connection.unhealthy', counts: { planned: 0, remaining: 0 } });
    expect(run.problem).toContain(statusMessage);
    expect(statusMessage).toContain('External Client App Manager');
    expect(world.batchesOf(id)).toEqual([]);
    world.sandbox.faults.clear();
    await world.around.crmWriter.testConnection({ id: world.connectionId }, world.as);
  });
});

describe('guardrails', () => {
  it('ORC-10 halts before the first write, says why, and goes on when a person overrides for that run', async () => {
    await world.scene(25);
    const saved = await world.saved({ guardrails: { maxRecords: 20, maxSharePercent: 0, maxClears: 0 } });
    expect(await world.preview(saved.id)).toMatchObject({ state: PlanState.READY, guardrail: expect.stringContaining('at most 20') });
    const { id } = await world.start(saved.id);
    const halted = await world.run(id, RunState.HALTED);
    expect(halted).toMatchObject({ problemCode: 'guardrail.max_records', problem: expect.stringContaining('writes 25 records; at most 20') });
    expect(world.batchesOf(id)).toEqual([]);
    expect(world.accounts().size).toBe(0);
    await world.client.overrideRun({ id }, world.as);
    expect(await world.run(id)).toMatchObject({ state: RunState.FINISHED, overridden: true, problem: '', counts: { succeeded: 25 } });
    const next = await world.start(saved.id);
    expect(next.overridden).toBe(false);
    await world.run(next.id);
  });

  it('ORC-10 halts on the share of the CRM, and a newer run takes the place of the halted one', async () => {
    const small = await startSalesforceSandbox();
    small.seed('Account', Array.from({ length: 100 }, (_, i) => ({ Name: `Other ${i}`, Website: `other-${i}.es`, BillingCountry: 'Spain' })));
    const { id: connectionId } = await world.connect(small);
    await world.scene(25);
    const saved = await world.saved({ connectionId, guardrails: { maxRecords: 0, maxSharePercent: 10, maxClears: 0 } });
    const first = await world.start(saved.id);
    expect(await world.run(first.id, RunState.HALTED)).toMatchObject({ problemCode: 'guardrail.max_share', plan: { sharePercent: 25, crmRecords: 100 } });
    const second = await world.start(saved.id);
    expect(second.joined).toBe(false);
    expect(await world.run(first.id)).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 25, skipped: 25, skippedByReason: [{ name: 'superseded', count: 25 }] } });
    await world.run(second.id, RunState.HALTED);
    expect(await world.client.cancelRun({ id: second.id }, world.as)).toMatchObject({ state: RunState.CANCELLED, counts: { skipped: 25, remaining: 0 } });
    expect([...world.batchesOf(first.id), ...world.batchesOf(second.id)]).toEqual([]);
    expect(small.counts()['Account']).toBe(100);
    expect((await refusedWith(world.client.overrideRun({ id: second.id }, world.as))).code).toBe('orchestrations.run.not_halted');
    await small.close();
  });
});

describe('scheduled runs', () => {
  let times = 0;
  /** As the scheduler asks: the same occurrence may come more than once, under different event ids. */
  const requested = (subjectId: string, occurrenceId: string) => world.publish(
    TOPICS.runRequested, scheduler.RunRequested.fromPartial({ ...world.as, subjectId, occurrenceId, dueAt: new Date() }), `${occurrenceId}-${times += 1}`,
  );
  const finishedFor = (occurrenceId: string) => waitFor(() => world.finished.find((f) => f.occurrenceId === occurrenceId));

  it('ORC-2 tells the scheduler of the schedule, runs when it asks, once for an occurrence, and reports the end', async () => {
    await world.scene(25);
    const saved = await world.saved({ schedule: { mode: ScheduleMode.WEEKLY, weekday: Weekday.FRIDAY } });
    await waitFor(() => world.schedules.some((s) => s.orchestrationId === saved.id && s.schedule?.weekday === Weekday.FRIDAY));
    await requested(saved.id, 'occ-1');
    expect(await finishedFor('occ-1')).toMatchObject({ state: RunState.FINISHED, orchestrationId: saved.id, counts: { succeeded: 25 } });
    await requested(saved.id, 'occ-1');
    await requested(saved.id, 'occ-2');
    await finishedFor('occ-2');
    const { runs } = await world.client.listRuns({ orchestrationId: saved.id }, world.as);
    expect(runs.map((r) => r.trigger)).toEqual([RunTrigger.SCHEDULE, RunTrigger.SCHEDULE]);
  });

  it('ORC-6 goes back to manual at any time, even without the package, and the next nightly sync does nothing', async () => {
    await world.scene(5);
    const saved = await world.saved({ schedule: { mode: ScheduleMode.DAILY, weekday: Weekday.UNSPECIFIED } });
    await world.license(false);
    await world.client.updateOrchestration({ orchestration: { ...saved, schedule: { mode: ScheduleMode.MANUAL } } }, world.as);
    await waitFor(() => world.schedules.some((s) => s.orchestrationId === saved.id && s.schedule?.mode === ScheduleMode.MANUAL));
    await requested(saved.id, 'occ-6');
    expect(await finishedFor('occ-6')).toMatchObject({ state: RunState.CANCELLED, runId: '', reason: 'The orchestration was switched to manual.' });
    expect((await world.client.listRuns({ orchestrationId: saved.id }, world.as)).runs).toEqual([]);
    await world.license(true);
  });
});

describe('operating the service', () => {
  it('shows operators the runs under way, and a watcher does not hold up its stop', async () => {
    await world.scene(1);
    const saved = await world.saved();
    world.holdWrites();
    const { id } = await world.start(saved.id);
    await world.run(id, RunState.APPLYING);

    const text = await (await fetch(`${world.http}/metrics`)).text();
    expect(text).toMatch(/signalbox_orchestrations_runs_active\{state="applying"[^}]*\} 1/);
    expect(text).toMatch(/signalbox_orchestrations_oldest_batch_seconds\S* \d/);
    expect((await fetch(`${world.http}/readyz`)).status).toBe(200);

    const seen: orchestrations.Run[] = [];
    const watching = refusedWith((async () => {
      for await (const run of world.client.watchRun({ id }, world.as)) seen.push(run);
    })());
    await waitFor(() => seen.length > 0);
    const began = Date.now();
    await world.stopService();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(await watching).toMatchObject({ kind: 'Retryable', code: 'orchestrations.stopping' });
  });
});
