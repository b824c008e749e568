import fc from 'fast-check';
import { crmWriter, orchestrations } from '@signalbox/contracts';
import { fatal, retryable } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import { advanceRun } from './application/advance-run.ts';
import { plainSteps } from './application/ports.ts';
import { requestPreview } from './application/request-preview.ts';
import { cancelRun } from './application/request-run.ts';
import { settleResults } from './application/settle-results.ts';
import { changeId } from './domain/batches.ts';
import type { SmallSource } from './testing/small-kind.ts';
import { SmallWorld, WORKSPACE, type Answer } from './testing/small-world.ts';

const { PlanState, RunState } = orchestrations;
const { ChangeOutcome } = crmWriter;
const facts = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `c${i}`, name: `Name ${i}` }));
const ended = [RunState.FINISHED, RunState.CANCELLED, RunState.FAILED];

let world: SmallWorld;
afterEach(() => world.close());
const until = (id: string, ...states: orchestrations.RunState[]) => waitFor(async () => {
  const run = await world.run(id);
  return states.includes(run.state) ? run : undefined;
}, { what: `the run in ${states.join(' or ')}` });
const open = async (source: Partial<SmallSource> = {}, answer?: Answer) => {
  world = await SmallWorld.open({ facts: facts(25), batch: 10, crmRecords: 100, ...source }, answer);
  return world;
};

describe('results of a run', () => {
  const outcome = fc.constantFrom(ChangeOutcome.SUCCEEDED, ChangeOutcome.SKIPPED, ChangeOutcome.FAILED, ChangeOutcome.UNKNOWN_THEN_SETTLED);

  it('ORC-9 count every record once, in any order, in any pieces and however often they are reported', async () => {
    await open();
    const { m } = world;
    world.silent = true;
    await fc.assert(fc.asyncProperty(fc.array(outcome, { minLength: 25, maxLength: 25 }), fc.array(fc.array(fc.nat(30), { maxLength: 12 }), { maxLength: 8 }), async (outcomes, pieces) => {
      const id = await world.requestRun();
      const worker = await world.start(plainSteps);
      await until(id, RunState.APPLYING);
      await worker.stop();
      const { planId } = await world.run(id);
      const report = async (positions: number[]) => {
        const results = positions.map((p) => crmWriter.ChangeResult.fromPartial({ changeId: changeId(planId, p), outcome: outcomes[p - 1] ?? ChangeOutcome.SUCCEEDED, code: 'x' }));
        await m.database.transaction((tx) => settleResults(m, tx, crmWriter.ChangeBatchCompleted.fromPartial({ workspaceId: WORKSPACE, runId: id, batchId: `${id}-0`, results })));
        const { counts } = await world.run(id);
        if (!counts) throw new Error('a run without counts');
        expect(counts.succeeded + counts.skipped + counts.failed + counts.unknownThenSettled + counts.remaining).toBe(counts.planned);
      };
      for (const piece of pieces) await report(piece);
      await advanceRun(m, WORKSPACE, id);
      await report(Array.from({ length: 25 }, (_, i) => i + 1).reverse());
      const run = await world.run(id);
      const expected = (o: crmWriter.ChangeOutcome) => outcomes.filter((x) => x === o).length;
      expect(run).toMatchObject({ state: RunState.FINISHED, counts: { planned: 25, succeeded: expected(ChangeOutcome.SUCCEEDED), skipped: expected(ChangeOutcome.SKIPPED), failed: expected(ChangeOutcome.FAILED), remaining: 0 } });
    }), { numRuns: 6 });
  });
});

describe('plans', () => {
  it('throws a plan away that is cancelled while it is made, and writes nothing', async () => {
    let release = () => undefined as void;
    await open({ hold: new Promise((resolve) => (release = resolve)) });
    const process = await world.start(plainSteps);
    const id = await world.requestRun();
    await until(id, RunState.PLANNING);
    expect((await cancelRun(world.m, WORKSPACE, id)).state).toBe('cancelled');
    release();
    const run = await world.run(id);
    await process.stop();
    expect(run).toMatchObject({ state: RunState.CANCELLED, counts: { planned: 0, remaining: 0 }, plan: { state: PlanState.FAILED, planned: 0 } });
    expect([await world.records(run.planId), world.sent]).toEqual([[], []]);
  });

  it('tries again what may pass, and fails the run before its first write when it does not', async () => {
    const passing = () => retryable('crm_writer.busy', 'The CRM does not answer.', 1);
    await open({ failures: [passing(), passing()] });
    const process = await world.start(plainSteps);
    expect(await until(await world.requestRun(), ...ended)).toMatchObject({ state: RunState.FINISHED, counts: { succeeded: 25 } });
    await process.stop();
    await world.close();

    await open({ failures: [fatal('crm_writer.broken', 'The CRM said something that we do not understand.')] });
    const second = await world.start(plainSteps);
    const run = await until(await world.requestRun(), ...ended);
    await second.stop();
    expect(run).toMatchObject({ state: RunState.FAILED, problemCode: 'crm_writer.broken', problem: 'The CRM said something that we do not understand.', counts: { planned: 0 } });
  });

  it('are shared by replicas, each made once', async () => {
    await open();
    const replicas = await Promise.all([world.start(plainSteps), world.start(plainSteps), world.start(plainSteps)]);
    const id = await world.requestRun();
    expect(await until(id, ...ended)).toMatchObject({ counts: { succeeded: 25 } });
    const attempts = await world.m.database.query('select attempt from plans');
    await Promise.all(replicas.map((r) => r.stop()));
    expect(attempts).toEqual([{ attempt: 1 }]);
    expect(world.sent.map((b) => b.batchId).sort()).toEqual([`${id}-0`, `${id}-1`, `${id}-2`]);
  });

  it('keep the newest previews of an orchestration only', async () => {
    await open();
    const process = await world.start(plainSteps);
    for (let i = 0; i < 8; i += 1) {
      const { id } = await world.m.database.transaction((tx) => requestPreview(world.m, tx, world.definition));
      await waitFor(async () => (await world.reader.plan(WORKSPACE, id)).state === PlanState.READY);
    }
    await waitFor(async () => (await world.m.database.query('select distinct plan_id from plan_records')).length === 5);
    await process.stop();
  });
});

describe('runs', () => {
  it('ORC-9 queues a new run behind one that is being cancelled', async () => {
    await open({}, () => ChangeOutcome.SKIPPED);
    const process = await world.start(plainSteps);
    let release = () => undefined as void;
    world.gate = new Promise((resolve) => (release = resolve));
    const first = await world.requestRun();
    await waitFor(async () => (await world.run(first)).state === RunState.APPLYING);
    expect((await cancelRun(world.m, WORKSPACE, first)).state).toBe('cancelling');
    const second = await world.requestRun();
    expect(second).not.toBe(first);
    expect((await world.run(second)).state).toBe(RunState.QUEUED);
    release();
    expect((await until(first, ...ended)).state).toBe(RunState.CANCELLED);
    const run = await until(second, ...ended);
    await process.stop();
    expect(run.state).toBe(RunState.FINISHED);
  });

  it('ORC-5 takes one occurrence once, and reports the end to each occurrence that joined', async () => {
    await open();
    const first = await world.requestRun('schedule', 'occ-1');
    expect(await world.requestRun('schedule', 'occ-1')).toBe(first);
    expect(await world.requestRun('schedule', 'occ-2')).toBe(first);
    const process = await world.start(plainSteps);
    await until(first, ...ended);
    expect(await world.requestRun('schedule', 'occ-1')).toBe(first);
    await process.stop();
    expect(world.finished.map((f) => [f.runId, f.occurrenceId])).toEqual([[first, 'occ-1'], [first, 'occ-2']]);
  });
});
