import { conflict, notFound, retryable } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Definition } from '../domain/kind.ts';
import { outdatedBecause } from '../domain/freshness.ts';
import { isBeforeFirstWrite } from '../domain/run-state.ts';
import { advanceHeld, advanceRun } from './advance-run.ts';
import { endRun, enter } from './end-run.ts';
import type { Mechanism } from './mechanism.ts';
import type { RunRow } from './ports.ts';

const UNDO_RETRY_MS = 10_000;

export interface RunRequest {
  trigger: 'person' | 'schedule';
  /** "user:<id>", "token:<id>", "service:scheduler". */
  requestedBy: string;
  /** The scheduler's occurrence, when it asks. */
  occurrenceId?: string;
  /** The run to take back (ORC-11), instead of doing what the orchestration says. */
  undoesRunId?: string;
}

/** Ends a run before its first write: its plan is thrown away, or its records become skipped. */
async function endBeforeFirstWrite(m: Mechanism, tx: Transaction, run: RunRow, code: string, words: string): Promise<void> {
  if (run.state === 'halted') {
    const skipped = await m.runs.skipUnsent(tx, run, code, words);
    await m.runs.addTally(tx, run, { settled: skipped, succeeded: 0, skipped, failed: 0, unknownThenSettled: 0, skippedByReason: new Map([[code, skipped]]), failedByReason: new Map() });
  } else {
    await m.plans.abandon(tx, { workspaceId: run.workspaceId, planId: run.planId }, `orchestrations.run.${code}`, words);
  }
  await endRun(m, tx, run, 'cancelled');
}

/** Only a request for the same joins: whoever asks for a run does not get an undo, nor the other way round. The scheduler comes again. */
function joined(open: RunRow, request: RunRequest): { run: RunRow; joined: boolean } {
  if (open.undoesRunId === (request.undoesRunId ?? '')) return { run: open, joined: true };
  if (request.trigger === 'schedule') throw retryable('orchestrations.run.undo_under_way', 'An undo of this orchestration is under way; the run is started once it has ended.', UNDO_RETRY_MS);
  const what = open.undoesRunId ? 'An undo of a run of this orchestration is' : request.undoesRunId ? 'A run of this orchestration is' : 'Another run of this orchestration is';
  throw conflict('orchestrations.run.other_under_way', `${what} under way (${open.id}). Wait until it has ended, or cancel it; then start this.`, { field: 'id' });
}

async function startOrJoin(m: Mechanism, tx: Transaction, definition: Definition, request: RunRequest): Promise<{ run: RunRow; joined: boolean }> {
  const { workspaceId, orchestrationId } = definition;
  // A lock per orchestration instead of a failed insert, which would undo whatever else this transaction has done.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`run/${workspaceId}/${orchestrationId}`]);
  let open = await m.runs.open(tx, workspaceId, orchestrationId);
  if (open?.state === 'halted') {
    await endBeforeFirstWrite(m, tx, open, 'superseded', 'A newer run of this orchestration was started.');
    open = undefined;
  }
  if (open) return joined(open, request);
  const { undoesRunId = '' } = request;
  const [id, planId] = [m.ids.next(), m.ids.next()];
  await m.runs.insert(tx, { workspaceId, id, planId, orchestrationId, kind: definition.kind, trigger: request.trigger, requestedBy: request.requestedBy, undoesRunId });
  await m.plans.enqueue(tx, { workspaceId, id: planId, orchestrationId, orchestrationVersion: definition.version, mappingProfileVersion: definition.mappingProfileVersion, kind: definition.kind, runId: id, undoesRunId });
  const run = await m.runs.find(workspaceId, id, tx);
  if (!run) throw notFound('orchestrations.run.unknown', 'The run is not there.');
  return { run, joined: false };
}

/**
 * Queues a run, or joins the one that is queued or running (ORC-5). A halted one is ended in favour of the new one; one
 * that is being cancelled is waited for. An occurrence that has asked before is ignored.
 */
export function requestRun(m: Mechanism, tx: Transaction, definition: Definition, request: RunRequest): Promise<{ run: RunRow; joined: boolean }> {
  return m.steps.run('request', async () => {
    const asked = request.occurrenceId ? await m.runs.ofOccurrence(tx, definition.workspaceId, request.occurrenceId) : undefined;
    if (asked) return { run: asked, joined: true };
    const started = await startOrJoin(m, tx, definition, request);
    if (request.occurrenceId) await m.runs.addOccurrence(tx, definition.workspaceId, request.occurrenceId, started.run.id);
    return started;
  });
}

async function held(m: Mechanism, tx: Transaction, workspaceId: string, id: string): Promise<RunRow> {
  const run = await m.runs.hold(tx, workspaceId, id);
  if (!run) throw notFound('orchestrations.run.unknown', `There is no run ${id}.`, { field: 'id' });
  return run;
}

/** Nothing more is sent, and of what was sent nothing more is written; its outcomes are waited for (ORC-9). A run that has ended stays as it is. */
export function cancelRun(m: Mechanism, workspaceId: string, id: string): Promise<RunRow> {
  const words = 'The run was cancelled before this record was sent.';
  return m.steps.run('cancel', () => m.database.transaction(async (tx) => {
    const run = await held(m, tx, workspaceId, id);
    if (isBeforeFirstWrite(run.state)) {
      await endBeforeFirstWrite(m, tx, run, 'cancelled', run.state === 'halted' ? words : 'The run was cancelled.');
    } else if (run.state === 'applying') {
      const skipped = await m.runs.skipUnsent(tx, run, 'cancelled', words);
      await m.runs.addTally(tx, run, { settled: skipped, succeeded: 0, skipped, failed: 0, unknownThenSettled: 0, skippedByReason: new Map([['cancelled', skipped]]), failedByReason: new Map() });
      enter(run, 'cancelling');
      await m.runs.save(tx, run);
      await m.announcer.cancelled(tx, { workspaceId, runId: id, orchestrationId: run.orchestrationId, cancelledAt: new Date() });
      await advanceHeld(m, tx, run);
    }
    return run;
  }));
}

/** A plan is let go on only while it is what the present configuration would give. @throws Conflict `orchestrations.run.outdated` */
async function requireUpToDate(m: Mechanism, tx: Transaction, run: RunRow, definition: Definition | undefined): Promise<void> {
  const plan = await m.plans.find(run.workspaceId, run.planId, tx);
  const why = plan && definition ? outdatedBecause(plan, definition) : '';
  if (why) throw conflict('orchestrations.run.outdated', `${why} This run would write what was planned before. Press "Run now": it plans anew.`, { field: 'id' });
}

/** Lets a halted run go on with the plan that was shown, this once (ORC-10). Saying it twice changes nothing. */
export async function overrideRun(m: Mechanism, workspaceId: string, id: string): Promise<RunRow> {
  await m.steps.run('override', () => m.database.transaction(async (tx) => {
    const run = await held(m, tx, workspaceId, id);
    if (run.overridden) return;
    if (run.state !== 'halted') throw conflict('orchestrations.run.not_halted', `The run is ${run.state}: only one that a guardrail has halted can be let go on.`, { field: 'id' });
    await requireUpToDate(m, tx, run, await m.definitions.find(workspaceId, run.orchestrationId));
    run.overridden = true;
    run.problem = '';
    run.problemCode = '';
    enter(run, 'applying');
    await m.runs.save(tx, run);
  }));
  await advanceRun(m, workspaceId, id);
  const run = await m.runs.find(workspaceId, id);
  if (!run) throw notFound('orchestrations.run.unknown', `There is no run ${id}.`, { field: 'id' });
  return run;
}

/** Ends the open run of an orchestration that goes away. True when it is writing, and so cannot be ended at once. */
export async function endOpenRunFor(m: Mechanism, tx: Transaction, definition: Definition, words: string): Promise<boolean> {
  const run = await m.runs.open(tx, definition.workspaceId, definition.orchestrationId);
  if (!run) return false;
  if (!isBeforeFirstWrite(run.state)) return true;
  await endBeforeFirstWrite(m, tx, run, 'cancelled', words);
  return false;
}
