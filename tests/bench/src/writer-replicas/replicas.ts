import { setTimeout as pause } from 'node:timers/promises';
import { cpus, loadavg } from 'node:os';
import { crmWriter, orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import { salesforce } from '../crm-writer/providers.ts';
import { OBJECT, Stage, WORKSPACE } from '../crm-writer/stage.ts';
import { Calls } from './calls.ts';

export interface Plan {
  writers: number;
  latencyMs: number;
  /** Calls that the connection may make in any ten seconds. */
  limit: number;
  /** Batches that one writer has under way. */
  concurrency: number;
  records: number;
  seconds: number;
}

export interface ReplicasResult {
  writers: number;
  batchesPerSecond: number;
  recordsPerSecond: number;
  callsPerSecond: number;
  /** Most calls in any ten seconds, and what was allowed. */
  most: number;
  limit: number;
  refused: number;
  /** Share of the batches that each writer did. */
  shares: number[];
  /** Share of the machine's processor time that was not idle. */
  busy: number;
  load: number;
}

export const WINDOW_MS = 10_000;
const LANES = 64;
/** Signing in, taking partitions over, and what is under way when the first batches come. */
const SETTLE_MS = 4_000;

function batchOf(n: number, { records }: Plan, connectionId: string): orchestrations.ChangeBatchRequested {
  const changes = Array.from({ length: records }, (_, i) => {
    const id = `r${n}-${i}`;
    const [name, website] = [`Replica Works ${id}`, `replica-works-${id}.com`];
    return { changeId: id, companyId: id, identity: { id, name, website, country: 'Norway' }, fields: [{ field: 'Name', after: name }, { field: 'Website', after: website }, { field: 'BillingCountry', after: 'Norway' }] };
  });
  return orchestrations.ChangeBatchRequested.fromPartial({
    workspaceId: WORKSPACE, batchId: `batch-${n}`, runId: 'run', orchestrationId: 'o', connectionId, object: OBJECT, lane: n % LANES, provider: 'salesforce',
    operation: crmWriter.ChangeOperation.CREATE, externalIdField: 'Signalbox_Id__c', plannedAtSequence: Number.MAX_SAFE_INTEGER, changes,
  });
}

async function doneBy(writer: string): Promise<number> {
  const text = await (await fetch(`${writer}/metrics`)).text();
  return Number(/signalbox_crm_writer_batches_total\{outcome="done"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
}

/** Processor time so far, in milliseconds: idle, and in all. */
function processorTime(): { idle: number; all: number } {
  const times = cpus().map((c) => c.times);
  return { idle: times.reduce((sum, t) => sum + t.idle, 0), all: times.reduce((sum, t) => sum + t.idle + t.user + t.sys + t.nice + t.irq, 0) };
}

/** So many writers on one connection with more work than they can do in the time; what is counted begins when all of them are at work. */
export async function replicas(plan: Plan): Promise<ReplicasResult> {
  const stage = await Stage.open(salesforce, plan.latencyMs, { kafka: true, writers: plan.writers, environment: { SIGNALBOX_CRM_BATCH_CONCURRENCY: String(plan.concurrency), SIGNALBOX_DATABASE_POOL_SIZE: '4' } });
  try {
    const connectionId = await stage.connect({ api_rate_limit: String(plan.limit) });
    await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    const calls = new Calls(stage);
    await calls.start();
    const perSecond = (plan.writers * plan.concurrency * 1000) / (2 * plan.latencyMs);
    const batches = Math.ceil(perSecond * (plan.seconds + 2 * SETTLE_MS / 1000) * 2);
    await stage.request(Array.from({ length: batches }, (_, n) => batchOf(n, plan, connectionId)));
    await waitFor(async () => (await Promise.all(stage.writers.map(doneBy))).every((n) => n > 0), { timeoutMs: 90_000, everyMs: 200, what: 'every writer to be at work' });
    await pause(SETTLE_MS);
    const [before, from, processor] = [await Promise.all(stage.writers.map(doneBy)), performance.now(), processorTime()];
    const begun = Date.now();
    await pause(plan.seconds * 1000);
    const after = await Promise.all(stage.writers.map(doneBy));
    const seconds = (performance.now() - from) / 1000;
    const ended = Date.now();
    const processorAfter = processorTime();
    await calls.stop();
    const done = after.map((n, i) => n - before[i]!);
    const all = done.reduce((sum, n) => sum + n, 0);
    const total = after.reduce((sum, n) => sum + n, 0);
    if (total >= batches) throw new Error(`the writers ran out of work after ${total} batches`);
    return {
      writers: plan.writers, batchesPerSecond: all / seconds, recordsPerSecond: (all * plan.records) / seconds, callsPerSecond: calls.times.filter((at) => at >= begun && at < ended).length / seconds,
      most: calls.most(WINDOW_MS), limit: plan.limit, refused: calls.refused, shares: done.map((n) => n / all),
      busy: 1 - (processorAfter.idle - processor.idle) / (processorAfter.all - processor.all), load: loadavg()[0]!,
    };
  } finally {
    await stage.close();
  }
}
