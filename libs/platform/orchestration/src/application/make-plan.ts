import { asSignalboxError, backoffMs, isSignalboxError } from '@signalbox/kernel';
import type { Definition } from '../domain/kind.ts';
import { advanceRun } from './advance-run.ts';
import type { Mechanism } from './mechanism.ts';
import { PlanLost, beginRun, failPlan, sealPlan, type Made } from './plan-claims.ts';
import { findUndoable } from './request-undo.ts';
import { UndoRuntime } from './undo-runtime.ts';
import type { AnyRuntime, PlanClaim, StoredRecord } from './ports.ts';

export interface PlanningSettings {
  /** How long a plan stays with a process that says nothing, in milliseconds. */
  leaseMs: number;
  /** Errors in a row that may pass, before the plan is given up. */
  attempts: number;
  /** Previews kept of each orchestration. */
  keepPreviews: number;
}

const BACKOFF = { initialMs: 500, maximumMs: 30_000, factor: 2, jitter: 0.3 };

/** A prerequisite that no longer holds: ends the plan, and never is tried again by itself. */
class CannotPlan extends Error {
  constructor(readonly code: string, readonly words: string) {
    super(`${code}: ${words}`);
  }
}

async function surroundings(m: Mechanism, claim: PlanClaim, signal: AbortSignal): Promise<{ runtime: AnyRuntime; definition: Definition; facts: unknown }> {
  if (claim.undoesRunId) return undoSurroundings(m, claim, signal);
  const definition = await m.definitions.find(claim.workspaceId, claim.orchestrationId);
  if (!definition) throw new CannotPlan('orchestrations.deleted', 'The orchestration was deleted.');
  const runtime = m.kinds.get(definition.kind);
  if (!runtime) throw new CannotPlan('orchestrations.kind.unknown', `The kind "${definition.kind}" is not known here.`);
  const facts: unknown = await runtime.facts(definition, signal);
  const problems = runtime.kind.validate(definition, facts);
  if (problems[0]) throw new CannotPlan(problems[0].code, problems.map((p) => p.message).join(' '));
  return { runtime, definition, facts };
}

async function undoSurroundings(m: Mechanism, claim: PlanClaim, signal: AbortSignal): Promise<{ runtime: AnyRuntime; definition: Definition; facts: unknown }> {
  const undone = await findUndoable(m, claim.workspaceId, claim.undoesRunId, claim.runId);
  if ('problem' in undone) throw new CannotPlan(undone.problem.code, undone.problem.message);
  const runtime = new UndoRuntime(m, undone);
  return { runtime, definition: undone.definition, facts: await runtime.facts(undone.definition, signal) };
}

/** Plans batch after batch, each stored in a transaction of its own, at most one ahead of the database. */
async function storeRecords(m: Mechanism, claim: PlanClaim, made: Omit<Made, 'target' | 'picture'> & { facts: unknown }, signal: AbortSignal): Promise<void> {
  const { kind } = made.runtime;
  const stream = made.runtime.open(made.definition, made.facts, signal, claim.planId);
  const expected = await stream.expected;
  await m.steps.run('expect', () => m.plans.expect(claim, expected));
  const state: unknown = kind.begin(made.definition, made.facts);
  let position = 0;
  let number = 0;
  let storing: Promise<unknown> = Promise.resolve();
  for await (const batch of stream.batches) {
    if (signal.aborted) throw new PlanLost();
    const records: StoredRecord[] = kind.plan(batch, state).map((r) => ({ ...r, reasonText: kind.describe(r), position: (position += 1) }));
    await storing;
    storing = append(m, claim, number, batch.length, records);
    // Awaited at the next turn; without this a failure in between would count as unhandled.
    storing.catch(() => undefined);
    number += 1;
  }
  await storing;
}

async function append(m: Mechanism, claim: PlanClaim, number: number, lookedAt: number, records: StoredRecord[]): Promise<void> {
  const kept = await m.steps.run('append', () => m.database.transaction((tx) => m.plans.append(tx, claim, number, lookedAt, records)));
  if (!kept) throw new PlanLost();
}

async function make(m: Mechanism, claim: PlanClaim, signal: AbortSignal): Promise<void> {
  if (claim.runId) await beginRun(m, claim);
  const { runtime, definition, facts } = await surroundings(m, claim, signal);
  const picture = await m.steps.run('refresh', () => runtime.refresh(definition, signal, (preparing) => m.steps.run('prepare', () => m.plans.prepare(claim, preparing))));
  await storeRecords(m, claim, { runtime, definition, facts }, signal);
  const more = await sealPlan(m, claim, { runtime, definition, target: runtime.target(definition, facts), picture });
  if (more) await advanceRun(m, claim.workspaceId, claim.runId);
}

async function onFailure(m: Mechanism, claim: PlanClaim, thrown: unknown, settings: PlanningSettings): Promise<string> {
  if (thrown instanceof PlanLost) return 'lost';
  if (thrown instanceof CannotPlan) {
    await failPlan(m, claim, thrown.code, thrown.words);
    return 'failed';
  }
  const error = asSignalboxError(thrown);
  const fields = { workspace_id: claim.workspaceId, plan_id: claim.planId, run_id: claim.runId, code: error.code, attempt: claim.attempt, err: thrown };
  if ((error.kind === 'Retryable' || !isSignalboxError(thrown)) && claim.failures + 1 < settings.attempts) {
    m.logger.warn(fields, 'a plan could not be made now and is tried again');
    const afterMs = Math.max(error.afterMs ?? 0, backoffMs(BACKOFF, claim.failures + 1, Math.random()));
    await m.steps.run('release', () => m.plans.release(claim, afterMs, true));
    return 'again';
  }
  m.logger.error(fields, 'a plan could not be made');
  await failPlan(m, claim, error.code, error.publicMessage);
  return 'failed';
}

/**
 * Makes a claimed plan from beginning to end while keeping its lease. Whatever interrupts it, the plan is made anew by
 * whoever claims it next. `stop` hands it back at once.
 */
export async function makePlan(m: Mechanism, claim: PlanClaim, settings: PlanningSettings, stop: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([stop, lost.signal]);
  const heartbeat = setInterval(() => {
    m.steps.run('extend', () => m.plans.extend(claim, settings.leaseMs)).then((kept) => kept || lost.abort(), (error: unknown) => m.logger.warn({ plan_id: claim.planId, err: error }, 'the lease of a plan could not be extended'));
  }, settings.leaseMs / 3);
  const began = Date.now();
  let outcome = 'made';
  try {
    await make(m, claim, signal);
    if (!claim.runId) await m.steps.run('tidy', () => m.plans.dropOldPreviews(claim.workspaceId, claim.orchestrationId, claim.undoesRunId, settings.keepPreviews));
  } catch (error) {
    if (stop.aborted) {
      await m.steps.run('release', () => m.plans.release(claim, 0, false));
      outcome = 'handed_back';
    } else {
      outcome = lost.signal.aborted ? 'lost' : await onFailure(m, claim, error, settings);
    }
  } finally {
    clearInterval(heartbeat);
    m.metrics.planMade(claim.runId ? 'run' : 'preview', outcome, (Date.now() - began) / 1000);
  }
}
