import { crmWriter, orchestrations } from '@signalbox/contracts';
import { fatal } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import { batchId, changeId, fitting, laneOf, sameAction } from '../domain/batches.ts';
import { remainingOf } from '../domain/counts.ts';
import { endRun } from './end-run.ts';
import type { Mechanism } from './mechanism.ts';
import type { DueChange, PlanRow, RunRow, WriteAction } from './ports.ts';

const { ChangeOperation } = crmWriter;
const OPERATION: Record<WriteAction, crmWriter.ChangeOperation> = { create: ChangeOperation.CREATE, update: ChangeOperation.UPDATE, delete: ChangeOperation.DELETE, convert: ChangeOperation.CONVERT };

function toChange(planId: string, due: DueChange): orchestrations.Change {
  return { changeId: changeId(planId, due.position), companyId: due.companyId, crmId: due.crmId, fields: due.changes.map((change) => ({ ...change, values: undefined })), identity: due.identity, conversion: due.conversion };
}

function toBatch(m: Mechanism, run: RunRow, plan: PlanRow, operation: WriteAction, changes: orchestrations.Change[]): orchestrations.ChangeBatchRequested {
  const target = plan.target;
  if (!target) throw fatal('orchestrations.plan.target', 'The plan does not say where it is to be written.', { detail: plan.id });
  return {
    workspaceId: run.workspaceId, batchId: batchId(run.id, run.nextBatch), runId: run.id, orchestrationId: run.orchestrationId, connectionId: target.connectionId,
    object: target.object, operation: OPERATION[operation],
    lane: laneOf(run.nextBatch, m.dispatch), externalIdField: target.externalIdField, plannedAtSequence: plan.mirrorSequence,
    changes, provider: target.provider, checkBefore: plan.undoesRunId !== '' || m.kinds.get(run.kind)?.kind.checksBefore === true,
  };
}

async function dispatchOne(m: Mechanism, tx: Transaction, run: RunRow): Promise<void> {
  const plan = await m.plans.find(run.workspaceId, run.planId, tx);
  const due = sameAction(await m.plans.dueChanges(tx, run.workspaceId, run.planId, run.dispatchedThrough, m.dispatch.batchSize));
  const changes = due.map((d) => toChange(run.planId, d));
  const size = fitting(changes.map((c) => orchestrations.Change.encode(c).finish().byteLength), m.dispatch.batchBytes);
  const last = due[size - 1];
  if (!plan || !last) throw fatal('orchestrations.run.changes_missing', 'Changes of the plan are missing.', { detail: { run: run.id, through: run.dispatchedThrough } });
  await m.announcer.changes(tx, toBatch(m, run, plan, last.action, changes.slice(0, size)));
  await m.runs.addBatch(tx, run, run.nextBatch, laneOf(run.nextBatch, m.dispatch), size);
  run.dispatchedThrough = last.position;
  run.dispatched += size;
  run.nextBatch += 1;
  m.metrics.dispatched(run.kind);
}

/**
 * One step of a run whose row is locked, in its transaction: sends the next batch when the window has room, or ends the
 * run when every record has its outcome. Safe to repeat at any time. True when another step would find work at once.
 */
export async function advanceHeld(m: Mechanism, tx: Transaction, run: RunRow): Promise<boolean> {
  if (run.state !== 'applying' && run.state !== 'cancelling') return false;
  if (remainingOf(run.tally) === 0) {
    await endRun(m, tx, run, run.state === 'applying' ? 'finished' : 'cancelled');
    return false;
  }
  if (run.state !== 'applying' || run.dispatched >= run.toWrite) return false;
  const inFlight = await m.runs.inFlight(tx, run);
  if (inFlight >= m.dispatch.window) return false;
  await dispatchOne(m, tx, run);
  await m.runs.save(tx, run);
  return run.dispatched < run.toWrite && inFlight + 1 < m.dispatch.window;
}

/** Steps of a run until there is nothing more to do now, each in a transaction of its own. */
export async function advanceRun(m: Mechanism, workspaceId: string, id: string): Promise<void> {
  for (;;) {
    const more = await m.steps.run('advance', () =>
      m.database.transaction(async (tx) => {
        const run = await m.runs.hold(tx, workspaceId, id);
        return run ? advanceHeld(m, tx, run) : false;
      }),
    );
    if (!more) return;
  }
}
