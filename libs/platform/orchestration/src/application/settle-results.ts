import { crmWriter } from '@signalbox/contracts';
import type { Transaction } from '@signalbox/platform-postgres';
import { numberOf } from '../domain/batches.ts';
import { tallyOf } from '../domain/counts.ts';
import type { OutcomeName } from '../domain/run-state.ts';
import { advanceHeld } from './advance-run.ts';
import type { Mechanism } from './mechanism.ts';
import type { RunOutcome, RunRow, SettledPosition } from './ports.ts';

const { ChangeOutcome } = crmWriter;
const OUTCOME: Partial<Record<crmWriter.ChangeOutcome, OutcomeName>> = {
  [ChangeOutcome.SUCCEEDED]: 'succeeded', [ChangeOutcome.SKIPPED]: 'skipped', [ChangeOutcome.FAILED]: 'failed', [ChangeOutcome.UNKNOWN_THEN_SETTLED]: 'unknown_then_settled',
};

function toOutcome(planId: string, result: crmWriter.ChangeResult): RunOutcome | undefined {
  const position = numberOf(planId, result.changeId);
  const state = OUTCOME[result.outcome];
  if (position === undefined || !state) return undefined;
  return { position, state, crmId: result.crmId, code: result.code || state, message: result.message, beforeImage: result.beforeImage, contactId: result.contactId };
}

/** A kind that remembers what it wrote is told, once for each record: only those that were settled now are told. */
async function tellKind(m: Mechanism, tx: Transaction, run: RunRow, settled: readonly SettledPosition[]): Promise<void> {
  const runtime = m.kinds.get(run.kind);
  const positions = settled.filter((one) => one.state === 'succeeded' || one.state === 'unknown_then_settled').map((one) => one.position);
  if (!runtime?.written || positions.length === 0) return;
  const plan = await m.plans.find(run.workspaceId, run.planId, tx);
  if (plan?.target) await runtime.written(tx, run.workspaceId, plan.target, await m.plans.changesAt(tx, run.workspaceId, run.planId, positions));
}

/**
 * Takes in what came of a batch, in the transaction of the inbox: each record is counted once however often it is
 * reported, and the next batch goes out (or the run ends) in the same transaction. Events of other services' runs are
 * left alone, since one topic carries them all.
 */
export function settleResults(m: Mechanism, tx: Transaction, event: crmWriter.ChangeBatchCompleted): Promise<void> {
  return m.steps.run('results', async () => {
    const run = await m.runs.hold(tx, event.workspaceId, event.runId);
    if (!run) return;
    const outcomes = event.results.map((r) => toOutcome(run.planId, r)).filter((o) => o !== undefined);
    if (outcomes.length < event.results.length) {
      m.logger.warn({ workspace_id: event.workspaceId, run_id: run.id, batch_id: event.batchId, ignored: event.results.length - outcomes.length }, 'results of changes that this run did not send');
    }
    const settled = outcomes.length > 0 ? await m.runs.settle(tx, run, outcomes) : [];
    await tellKind(m, tx, run, settled);
    const change = tallyOf(settled);
    const number = numberOf(run.id, event.batchId);
    if (number !== undefined && settled.length > 0) await m.runs.batchSettled(tx, run, number, settled.length);
    await m.runs.addTally(tx, run, change);
    await m.runs.addCounts(tx, run.workspaceId, run.id, 'api', event.apiCalls.map((c) => [c.name, c.count] as const));
    for (const state of Object.values(OUTCOME)) m.metrics.settled(run.kind, state, settled.filter((s) => s.state === state).length);
    await m.runs.save(tx, run);
    // A batch in several parts may have made room for more than one; the worker sends the others.
    if (await advanceHeld(m, tx, run)) await m.runs.wakeWorkers(tx);
  });
}
