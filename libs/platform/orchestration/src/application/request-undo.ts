import { conflict, notFound, type SignalboxError } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import type { AnyKind, Definition } from '../domain/kind.ts';
import { hasEnded } from '../domain/run-state.ts';
import { whyNothingToUndo } from '../domain/undo.ts';
import type { Mechanism } from './mechanism.ts';
import type { AnyRuntime, PlanRow, RunRow, WriteTarget } from './ports.ts';
import { requestRun } from './request-run.ts';

/** A run that can be taken back, and all that a plan for that begins with. */
export interface Undoable {
  run: RunRow;
  target: WriteTarget;
  /** Its orchestration as it is now, or what is known of one that was deleted. */
  definition: Definition;
  /** Of the kind that made the run. */
  runtime: AnyRuntime;
  /** How many records it has written. */
  written: number;
}

export interface NotUndoable {
  problem: SignalboxError;
}

const refusal = (code: string, message: string): NotUndoable => ({ problem: conflict(`orchestrations.undo.${code}`, message, { field: 'run_id' }) });

/** `by`: the run that is to take it back, once there is one. */
export async function findUndoable(m: Mechanism, workspaceId: string, runId: string, by = ''): Promise<Undoable | NotUndoable> {
  const run = await m.runs.find(workspaceId, runId);
  if (!run) return { problem: notFound('orchestrations.run.unknown', `There is no run ${runId}.`, { field: 'run_id' }) };
  if (!hasEnded(run.state)) return refusal('not_ended', `The run is ${run.state}. Only one that has ended can be undone: wait for its end, or cancel it.`);
  const [plan, counts, newest] = await Promise.all([m.plans.find(workspaceId, run.planId), m.undos.writtenCounts(workspaceId, run.planId), m.undos.newestOf(workspaceId, runId)]);
  const nothing = whyNothingToUndo(counts);
  if (nothing) return refusal(nothing.code, nothing.message);
  if (newest && newest.id !== by && !hasEnded(newest.state)) return refusal('under_way', `The run is being undone at this moment, by the run ${newest.id}.`);
  const reversible = (counts.create ?? 0) + (counts.update ?? 0);
  if (newest && (await m.undos.undoneCount(workspaceId, runId)) >= reversible) return refusal('undone_already', `The run is undone already, by the run ${newest.id}.`);
  const runtime = m.kinds.get(run.kind);
  if (!plan?.target || !runtime) return refusal('unknown', `The run cannot be undone: its kind "${run.kind}" is not known here.`);
  const definition = (await m.definitions.find(workspaceId, run.orchestrationId)) ?? ofDeleted(run, plan, plan.target);
  return { run, runtime, definition, target: plan.target, written: reversible + (counts.delete ?? 0) + (counts.convert ?? 0) };
}

/** A run can be undone after its orchestration was deleted, within the limits of the kind. */
const ofDeleted = (run: RunRow, plan: PlanRow, target: WriteTarget): Definition => ({
  workspaceId: run.workspaceId, orchestrationId: run.orchestrationId, version: plan.orchestrationVersion, kind: run.kind, name: '', segmentId: '', connectionId: target.connectionId,
  mappingProfileId: '', mappingProfileVersion: plan.mappingProfileVersion, guardrails: { maxRecords: 0, maxSharePercent: 0, maxClears: 0 }, settings: {},
});

async function undoable(m: Mechanism, workspaceId: string, runId: string): Promise<Undoable> {
  const found = await findUndoable(m, workspaceId, runId);
  if ('problem' in found) throw found.problem;
  return found;
}

/**
 * Has a preview made of taking a run back (ORC-11); one that is being made is returned instead.
 * @throws NotFound, or Conflict `orchestrations.undo.*` saying why it cannot be undone
 */
export async function requestUndoPreview(m: Mechanism, workspaceId: string, runId: string): Promise<PlanRow> {
  const { run, definition } = await undoable(m, workspaceId, runId);
  const { orchestrationId, version, mappingProfileVersion } = definition;
  return m.database.transaction((tx) => m.plans.enqueuePreview(tx, { workspaceId, id: m.ids.next(), orchestrationId, orchestrationVersion: version, mappingProfileVersion, kind: run.kind, undoesRunId: runId }));
}

/** The kind that made a run, for whoever must be allowed to take it back. @throws NotFound */
export async function kindOfRun(m: Mechanism, workspaceId: string, runId: string): Promise<AnyKind> {
  const run = await m.runs.find(workspaceId, runId);
  const runtime = run && m.kinds.get(run.kind);
  if (!runtime) throw notFound('orchestrations.run.unknown', `There is no run ${runId}.`, { field: 'run_id' });
  return runtime.kind as AnyKind;
}

/** Queues the run that takes another back, or joins it; it plans anew and is guarded like any other. @throws as `requestUndoPreview` */
export async function requestUndoRun(m: Mechanism, tx: Transaction, workspaceId: string, runId: string, requestedBy: string): Promise<{ run: RunRow; joined: boolean }> {
  const newest = await m.undos.newestOf(workspaceId, runId, tx);
  if (newest && !hasEnded(newest.state)) {
    const open = await m.runs.find(workspaceId, newest.id, tx);
    if (open && open.state !== 'halted' && open.state !== 'cancelling') return { run: open, joined: true };
  }
  const found = await findUndoable(m, workspaceId, runId, newest?.id);
  if ('problem' in found) throw found.problem;
  return requestRun(m, tx, found.definition, { trigger: 'person', requestedBy, undoesRunId: runId });
}
