import { randomUUID } from 'node:crypto';
import { fatal } from '@signalbox/kernel';
import type { Api } from './api.ts';
import type { Progress } from '../cli/progress.ts';
import type { PlanView, RunReport, RunView } from './types.ts';

const ENDED = new Set(['finished', 'cancelled', 'failed', 'halted']);
const LOOK_EVERY_MS = 150;
const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));

/** Waits for the preview that saving the orchestration began, showing how far it is. */
export async function awaitPreview(api: Api, orchestrationId: string, progress: Progress): Promise<PlanView> {
  progress.begin('Generating the preview', 0);
  for (;;) {
    const { latestPreviewId } = await api.get<{ latestPreviewId?: string }>(`/orchestrations/${orchestrationId}`);
    if (latestPreviewId) {
      const plan = await api.get<PlanView>(`/plans/${latestPreviewId}`);
      progress.update(plan.lookedAt, plan.toLookAt);
      if (plan.state === 'failed') throw fatal('demo.preview', `The preview could not be generated: ${plan.problem}`);
      if (plan.state === 'ready') {
        progress.end(`Preview: ${plan.planned} records, ${plan.toWrite} to create`);
        return plan;
      }
    }
    await pause();
  }
}

async function watch(api: Api, runId: string, progress: Progress, begun: boolean): Promise<RunView> {
  for (;;) {
    const run = await api.get<RunView>(`/runs/${runId}`);
    if (run.counts.planned > 0) {
      if (!begun) {
        progress.end();
        progress.begin('Writing to the CRM', run.counts.planned);
        begun = true;
      }
      progress.update(run.counts.planned - run.counts.remaining, run.counts.planned);
    }
    if (ENDED.has(run.state)) return run;
    await pause();
  }
}

/** Presses "Run now", watches the run to its end, and reports it with the calls that the CRM counted meanwhile. */
export async function runNow(api: Api, orchestrationId: string, countCalls: () => Promise<Record<string, number>>, progress: Progress): Promise<RunReport> {
  const before = await countCalls();
  const startedMs = Date.now();
  const { id } = await api.post<RunView>(`/orchestrations/${orchestrationId}/runs`, {}, { 'idempotency-key': randomUUID() });
  progress.begin('Planning the run', 0);
  const run = await watch(api, id, progress, false);
  const seconds = Math.round(Date.now() - startedMs) / 1000;
  progress.end(`Run ${run.state} in ${seconds} s`);
  if (run.state !== 'finished') throw fatal('demo.run', `The run ended ${run.state}: ${run.problem ?? 'no reason given'}`);
  const after = await countCalls();
  const apiCalls = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const).filter(([, count]) => count > 0));
  return {
    eligible: run.counts.planned,
    created: run.counts.succeeded + run.counts.unknownThenSettled,
    skipped: run.counts.skippedByReason,
    failed: run.counts.failed,
    apiCalls,
    seconds,
  };
}
