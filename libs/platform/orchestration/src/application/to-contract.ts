import { orchestrations, type types } from '@signalbox/contracts';
import { sharePercent } from '../domain/guardrails.ts';
import { remainingOf, settledOf } from '../domain/counts.ts';
import { hasEnded, type PlanStateName, type RunStateName } from '../domain/run-state.ts';
import type { PlanRow, Preparing, RunRow, TallyCategory } from './ports.ts';

const { PlanState, RunState, RunTrigger } = orchestrations;
const RUN_STATE: Record<RunStateName, orchestrations.RunState> = {
  queued: RunState.QUEUED, planning: RunState.PLANNING, halted: RunState.HALTED, applying: RunState.APPLYING, cancelling: RunState.CANCELLING,
  finished: RunState.FINISHED, cancelled: RunState.CANCELLED, failed: RunState.FAILED,
};
const PLAN_STATE: Record<PlanStateName, orchestrations.PlanState> = { generating: PlanState.GENERATING, ready: PlanState.READY, failed: PlanState.FAILED };

export const runStateOf = (state: RunStateName) => RUN_STATE[state];

export function toCounts(run: RunRow, named: Record<TallyCategory, types.NamedCount[]>): orchestrations.RunCounts {
  const { planned, succeeded, skipped, failed, unknownThenSettled } = run.tally;
  return {
    planned, succeeded, skipped, failed, unknownThenSettled, remaining: remainingOf(run.tally),
    skippedByReason: named.skipped, failedByReason: named.failed, apiCalls: named.api,
  };
}

/** `outdated`: why it no longer shows what a run would do; see `outdatedBecause`. */
export function toPlanMessage(plan: PlanRow, skippedByReason: types.NamedCount[], outdated = ''): orchestrations.Plan {
  return {
    id: plan.id, orchestrationId: plan.orchestrationId, orchestrationVersion: plan.orchestrationVersion, runId: plan.runId, state: PLAN_STATE[plan.state],
    planned: plan.planned, toWrite: plan.toWrite, skippedByReason, crmRecords: plan.crmRecords,
    sharePercent: plan.state === 'ready' ? sharePercent(plan) : 0, clears: plan.clears, guardrail: plan.guardrail, problem: plan.problem,
    createdAt: plan.createdAt, readyAt: plan.readyAt, lookedAt: plan.lookedAt, toLookAt: plan.toLookAt,
    mappingProfileVersion: plan.mappingProfileVersion, outdated, undoesRunId: plan.undoesRunId, toWriteByAction: [],
    preparing: plan.state === 'generating' && plan.preparing ? toPreparing(plan.preparing) : undefined,
  };
}

function toPreparing({ stage, done, total, perSecond }: Preparing): orchestrations.PlanPreparing {
  return { stage, done, total, perSecond, remainingSeconds: perSecond > 0 ? Math.ceil((total - done) / perSecond) : undefined };
}

/** Records a second since the writing began: those with an outcome from the writing, over the time it has taken. */
function rate(run: RunRow, now: Date): number {
  if (!run.applyingAt) return 0;
  const written = settledOf(run.tally) - (run.tally.planned - run.toWrite);
  const seconds = ((run.finishedAt ?? now).getTime() - run.applyingAt.getTime()) / 1000;
  return seconds > 0 ? Math.round((Math.max(0, written) / seconds) * 10) / 10 : 0;
}

export interface RunParts {
  counts: Record<TallyCategory, types.NamedCount[]>;
  plan?: orchestrations.Plan;
  joined?: boolean;
  undoneBy?: string;
  now: Date;
}

export function toRunMessage(run: RunRow, parts: RunParts): orchestrations.Run {
  return {
    id: run.id, orchestrationId: run.orchestrationId, planId: run.planId, state: runStateOf(run.state),
    trigger: run.trigger === 'schedule' ? RunTrigger.SCHEDULE : RunTrigger.PERSON, counts: toCounts(run, parts.counts),
    problem: run.problem, problemCode: run.problemCode, queuedAt: run.queuedAt, startedAt: run.startedAt, finishedAt: run.finishedAt,
    ratePerSecond: rate(run, parts.now), overridden: run.overridden, requestedBy: run.requestedBy, joined: parts.joined ?? false, plan: parts.plan,
    undoesRunId: run.undoesRunId, undoneByRunId: parts.undoneBy ?? '',
  };
}

export const isEnded = (run: RunRow): boolean => hasEnded(run.state);
