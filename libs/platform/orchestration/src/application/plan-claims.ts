import type { Transaction } from '@signalbox/platform-postgres';
import { breachOf } from '../domain/guardrails.ts';
import type { Definition } from '../domain/kind.ts';
import { advanceHeld } from './advance-run.ts';
import { endRun, enter } from './end-run.ts';
import type { Mechanism } from './mechanism.ts';
import type { AnyRuntime, CrmPicture, PlanClaim, PlanRow, RunRow, WriteTarget } from './ports.ts';

/** Somebody else has the plan now, or it was cancelled: stop without a word. */
export class PlanLost extends Error {
  override readonly name = 'PlanLost';
}

export interface Made {
  runtime: AnyRuntime;
  definition: Definition;
  target: WriteTarget;
  picture: CrmPicture;
}

/** Marks the run of a claimed plan as begun. The run is always locked before its plan, so that nobody waits crosswise. */
export function beginRun(m: Mechanism, claim: PlanClaim): Promise<void> {
  return m.steps.run('begin', () => m.database.transaction(async (tx) => {
    const run = await m.runs.hold(tx, claim.workspaceId, claim.runId);
    if (!run || (run.state !== 'queued' && run.state !== 'planning')) throw new PlanLost();
    if (run.state === 'planning') return;
    enter(run, 'planning');
    await m.runs.save(tx, run);
  }));
}

async function sealRun(m: Mechanism, tx: Transaction, claim: PlanClaim, plan: PlanRow, apiCalls: CrmPicture['apiCalls']): Promise<RunRow> {
  const run = await m.runs.find(claim.workspaceId, claim.runId, tx);
  if (!run || run.state !== 'planning') throw new PlanLost();
  const skipped = plan.planned - plan.toWrite;
  run.toWrite = plan.toWrite;
  run.tally = { planned: plan.planned, succeeded: 0, skipped, failed: 0, unknownThenSettled: 0 };
  const reasons = await m.plans.skips(claim.workspaceId, claim.planId, tx);
  await m.runs.addCounts(tx, run.workspaceId, run.id, 'skipped', reasons.map((r) => [r.name, r.count] as const));
  await m.runs.addCounts(tx, run.workspaceId, run.id, 'api', apiCalls.map((c) => [c.name, c.count] as const));
  return run;
}

/**
 * Closes a plan. A preview is ready; a run goes on to its guardrails: it halts before its first write, or begins to
 * write with the first batch sent in this same transaction (ORC-10). True when more batches could go out at once.
 */
export function sealPlan(m: Mechanism, claim: PlanClaim, made: Made): Promise<boolean> {
  return m.steps.run('seal', () => m.database.transaction(async (tx) => {
    if (claim.runId) await m.runs.hold(tx, claim.workspaceId, claim.runId);
    const plan = await m.plans.hold(tx, claim);
    if (!plan) return false;
    const size = { toWrite: plan.toWrite, clears: plan.clears, crmRecords: made.picture.records };
    const breach = breachOf(size, made.definition.guardrails, made.runtime.kind.guardrails);
    const { version: orchestrationVersion, mappingProfileVersion } = made.definition;
    await m.plans.seal(tx, claim, { orchestrationVersion, mappingProfileVersion, crmRecords: made.picture.records, mirrorSequence: made.picture.sequence, target: made.target, guardrail: breach?.message ?? '' });
    if (!claim.runId) return false;
    const run = await sealRun(m, tx, claim, plan, made.picture.apiCalls);
    if (breach && !run.overridden) {
      enter(run, 'halted');
      run.problemCode = breach.code;
      run.problem = `Halted before the first write. ${breach.message}`;
      await m.runs.save(tx, run);
      return false;
    }
    enter(run, 'applying');
    await m.runs.save(tx, run);
    return advanceHeld(m, tx, run);
  }));
}

/** Ends a plan that cannot be made; its run fails before the first write, with the reason. */
export function failPlan(m: Mechanism, claim: PlanClaim, code: string, words: string): Promise<void> {
  return m.steps.run('fail', () => m.database.transaction(async (tx) => {
    const run = claim.runId ? await m.runs.hold(tx, claim.workspaceId, claim.runId) : undefined;
    if (!(await m.plans.hold(tx, claim))) return;
    await m.plans.abandon(tx, claim, code, words);
    if (!run || (run.state !== 'queued' && run.state !== 'planning')) return;
    run.problemCode = code;
    run.problem = words;
    await endRun(m, tx, run, 'failed');
  }));
}
