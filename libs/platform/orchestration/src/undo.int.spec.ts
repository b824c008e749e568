import { crmWriter, orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { plainSteps } from './application/ports.ts';
import { requestUndoPreview } from './application/request-undo.ts';
import { cancelRun, overrideRun } from './application/request-run.ts';
import { describeKind } from './testing/describe-kind.ts';
import type { SmallFact } from './testing/small-kind.ts';
import { SmallWorld, WORKSPACE, type Answer } from './testing/small-world.ts';

const { PlanState, RunState, PlanAction, RecordState } = orchestrations;
const { ChangeOutcome } = crmWriter;
const ended = [RunState.FINISHED, RunState.CANCELLED, RunState.FAILED];

/** 20 records to create and 20 to rename. */
const facts: SmallFact[] = Array.from({ length: 40 }, (_, i) => ({ id: `c${String(i).padStart(2, '0')}`, name: `Name ${i}`, ...(i >= 20 ? { rename: { crmId: `old-${i}`, from: `Old ${i}` } } : {}) }));
const olds = () => facts.filter((f) => f.rename).map((f) => [f.rename!.crmId, { Name: f.rename!.from }] as const);

async function open(answer?: Answer, given: SmallFact[] = facts): Promise<SmallWorld> {
  const world = await SmallWorld.open({ facts: given, batch: 15, crmRecords: 100 }, answer);
  // Setting a field back to nothing clears it.
  world.definition.guardrails.maxClears = 100;
  for (const [id, fields] of olds()) world.things.set(id, fields);
  return world;
}
const until = (world: SmallWorld, id: string, ...states: orchestrations.RunState[]) => waitFor(async () => {
  const run = await world.run(id);
  return states.includes(run.state) ? run : undefined;
}, { what: `the run in ${states.join(' or ')}` });

/** A run that has written everything. */
async function ran(world: SmallWorld): Promise<string> {
  const process = await world.start(plainSteps);
  const id = await world.requestRun();
  await until(world, id, ...ended);
  await process.stop();
  return id;
}

/** Undoing a run in which somebody has changed a field of one record and deleted another meanwhile. */
describeKind({ name: 'undo' }, {
  async open() {
    const world = await open();
    const run = await ran(world);
    world.leaseMs = 400;
    world.things.get('crm-c00')!['Name'] = 'Somebody else';
    world.things.delete('crm-c02');
    world.things.get('old-21')!['Phone'] = '7';
    return Object.assign(world, { requestRun: () => world.requestUndo(run), crmState: () => Promise.resolve([...world.things].sort(([a], [b]) => (a < b ? -1 : 1))) });
  },
});

describe('Undoing a run', () => {
  let world: SmallWorld;
  let process: { stop(): Promise<void> };
  afterEach(async () => {
    await process.stop();
    await world.close();
  });
  const started = async (answer?: Answer, given?: SmallFact[]) => {
    world = await open(answer, given);
    const id = await ran(world);
    process = await world.start(plainSteps);
    return id;
  };
  const preview = async (runId: string) => {
    const { id } = await requestUndoPreview(world.m, WORKSPACE, runId);
    return waitFor(async () => {
      const plan = await world.reader.plan(WORKSPACE, id);
      return plan.state === PlanState.GENERATING ? undefined : plan;
    });
  };

  it('ORC-11 ends in the CRM of before, but for what somebody else has changed since, which is listed', async () => {
    const id = await started();
    world.things.get('crm-c00')!['Name'] = 'Somebody else';
    world.things.get('old-21')!['Phone'] = '7';
    const plan = await preview(id);
    expect(plan).toMatchObject({ state: PlanState.READY, undoesRunId: id, runId: '', planned: 40, toWrite: 39, toWriteByAction: [{ name: 'delete', count: 19 }, { name: 'update', count: 20 }], clears: 19, skippedByReason: [{ name: 'changed_since', count: 1 }], outdated: '' });
    const shown = await world.records(plan.id);
    expect(shown.map((r) => r.companyId)).toEqual(facts.map((f) => f.id).reverse());
    expect(shown.find((r) => r.companyId === 'c00')).toMatchObject({ action: PlanAction.SKIP, reasonText: 'It is left as it is: Name was changed by someone else.' });
    expect(shown.find((r) => r.companyId === 'c21')).toMatchObject({ action: PlanAction.UPDATE, reason: 'undo_update_in_part', changes: [{ field: 'Name', before: 'Name 21', after: 'Old 21' }] });
    expect(world.sent.every((b) => !b.checkBefore)).toBe(true);

    const undo = await world.requestUndo(id);
    expect(await world.requestUndo(id)).toBe(undo);
    const run = await until(world, undo, ...ended);
    expect(run).toMatchObject({ state: RunState.FINISHED, undoesRunId: id, orchestrationId: 'o1', counts: { planned: 40, succeeded: 39, skipped: 1, remaining: 0 } });
    expect(await world.run(id)).toMatchObject({ undoesRunId: '', undoneByRunId: undo });
    expect(Object.fromEntries(world.things)).toEqual({ ...Object.fromEntries(olds().map(([key, fields]) => [key, { Name: fields.Name }])), 'old-21': { Name: 'Old 21', Phone: '7' }, 'crm-c00': { Name: 'Somebody else' } });
    expect(world.sent.filter((b) => b.runId === undo).every((b) => b.checkBefore)).toBe(true);
  });

  it('ORC-11 says why there is nothing to undo: done already, still under way, nothing written', async () => {
    const id = await started();
    await until(world, await world.requestUndo(id), ...ended);
    await expect(requestUndoPreview(world.m, WORKSPACE, id)).rejects.toMatchObject({ code: 'orchestrations.undo.undone_already', kind: 'Conflict' });
    await expect(world.requestUndo(id)).rejects.toMatchObject({ code: 'orchestrations.undo.undone_already' });
    let release = () => undefined as void;
    world.gate = new Promise((resolve) => (release = resolve));
    const open = await world.requestRun();
    await expect(requestUndoPreview(world.m, WORKSPACE, open)).rejects.toMatchObject({ code: 'orchestrations.undo.not_ended' });
    expect((await cancelRun(world.m, WORKSPACE, open)).state).toMatch(/cancel/);
    release();
    await until(world, open, ...ended);
    await expect(requestUndoPreview(world.m, WORKSPACE, 'nobody')).rejects.toMatchObject({ code: 'orchestrations.run.unknown' });
  });

  it('ORC-11 undoes the rest of what a cancelled undo has left, and an undo of updates can itself be undone', async () => {
    const id = await started();
    let release = () => undefined as void;
    world.gate = new Promise((resolve) => (release = resolve));
    const first = await world.requestUndo(id);
    await until(world, first, RunState.APPLYING);
    await expect(requestUndoPreview(world.m, WORKSPACE, id)).rejects.toMatchObject({ code: 'orchestrations.undo.under_way' });
    await expect(world.requestRun()).rejects.toMatchObject({ code: 'orchestrations.run.other_under_way', kind: 'Conflict' });
    await expect(world.requestRun('schedule', 'occ-1')).rejects.toMatchObject({ code: 'orchestrations.run.undo_under_way', kind: 'Retryable' });
    await cancelRun(world.m, WORKSPACE, first);
    release();
    const cancelled = await until(world, first, ...ended);
    expect(cancelled).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 40, remaining: 0 } });
    const done = cancelled.counts!.succeeded;
    expect(done).toBeGreaterThan(0);
    const plan = await preview(id);
    expect(plan).toMatchObject({ toWrite: 40 - done, skippedByReason: [{ name: 'undone_already', count: done }] });
    const second = await until(world, await world.requestUndo(id), ...ended);
    expect(second).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 40 - done, skipped: done } });
    expect(Object.fromEntries(world.things)).toEqual(Object.fromEntries(olds()));

    await expect(requestUndoPreview(world.m, WORKSPACE, second.id)).rejects.toMatchObject({ code: 'orchestrations.undo.deletions' });
    const again = await preview(first);
    expect(again.skippedByReason).toEqual([{ name: 'cannot_be_undone', count: again.planned - again.toWrite }]);
    expect(again.toWrite).toBeGreaterThan(0);
    await until(world, await world.requestUndo(first), ...ended);
    expect([...world.things.values()].filter((fields) => fields['Phone'] === '1')).toHaveLength(again.toWrite);
  });

  const leads: SmallFact[] = [1, 2, 3].map((n) => ({ id: `l${n}`, name: `Lead ${n}`, convert: { crmId: `lead-${n}`, accountId: `acc-${n}` } }));

  it('ORC-11 says that a lead conversion cannot be undone, of a record and of a whole run', async () => {
    const id = await started(undefined, [{ id: 'c1', name: 'Name 1' }, ...leads]);
    const { planId } = await world.run(id);
    expect((await world.records(planId)).map((r) => [r.action, r.state, r.contactId])).toEqual([
      [PlanAction.CREATE, RecordState.SUCCEEDED, ''], ...[1, 2, 3].map((n) => [PlanAction.CONVERT, RecordState.SUCCEEDED, `contact-of-acc-${n}`]),
    ]);
    const plan = await preview(id);
    expect(plan).toMatchObject({ planned: 4, toWrite: 1, skippedByReason: [{ name: 'cannot_be_undone', count: 3 }] });
    expect((await world.records(plan.id))[0]?.reasonText).toContain('A lead conversion cannot be undone');
    await process.stop();
    await world.close();
    const conversions = await started(undefined, leads);
    await expect(requestUndoPreview(world.m, WORKSPACE, conversions)).rejects.toMatchObject({ code: 'orchestrations.undo.conversions', kind: 'Conflict' });
  });

  it('ORC-11 counts what was settled after a lost answer like what succeeded, and leaves out what was never written', async () => {
    let n = 0;
    const id = await started((change) => {
      if (change.crmId && change.fields.some((f) => f.field === 'Phone' && f.clear)) return ChangeOutcome.SUCCEEDED;
      n += 1;
      return n % 4 === 0 ? ChangeOutcome.FAILED : n % 4 === 1 ? ChangeOutcome.UNKNOWN_THEN_SETTLED : ChangeOutcome.SUCCEEDED;
    });
    const { counts } = await world.run(id);
    const plan = await preview(id);
    expect(plan.planned).toBe(counts!.succeeded + counts!.unknownThenSettled);
    expect(plan).toMatchObject({ toWrite: plan.planned, skippedByReason: [] });
  });

  it('ORC-11 is guarded: an undo past a limit halts before its first write, and a person may let it go on', async () => {
    const id = await started();
    world.definition.guardrails = { maxRecords: 39, maxSharePercent: 0, maxClears: 100 };
    const undo = await world.requestUndo(id);
    const halted = await until(world, undo, RunState.HALTED, ...ended);
    expect(halted).toMatchObject({ state: RunState.HALTED, problemCode: 'guardrail.max_records' });
    expect(world.sent.filter((b) => b.runId === undo)).toEqual([]);
    await overrideRun(world.m, WORKSPACE, undo);
    expect(await until(world, undo, ...ended)).toMatchObject({ state: RunState.FINISHED, overridden: true, counts: { succeeded: 40 } });
  });
});
