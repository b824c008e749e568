import { crmWriter, orchestrations } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import type { Company } from './providers.ts';
import { OBJECT, WORKSPACE, type Stage } from './stage.ts';

export interface WritingResult {
  provider: string;
  records: number;
  latencyMs: number;
  bareSeconds: number;
  seconds: number;
  /** The bare loop's time over the writer's. */
  ratio: number;
  calls: number;
  /** The writer's most memory, in MB. */
  mb: number;
}

const BATCH = 1_000;
/** As many as a run has under way. */
const WINDOW = 10;
const LANES = 16;

const companyOf = (run: string, n: number): Company => ({ key: `${run}-${n}`, name: `${run} Works ${n}`, website: `${run}-works-${n}.com` });

function batchOf({ provider }: Stage, run: string, number: number, records: number, connectionId: string): orchestrations.ChangeBatchRequested {
  const changes = Array.from({ length: Math.min(BATCH, records - number * BATCH) }, (_, i) => {
    const { key, name, website } = companyOf(run, number * BATCH + i);
    return {
      changeId: key, companyId: key, identity: { id: key, name, website, country: '' },
      fields: [{ field: provider.fields.name, after: name }, { field: provider.fields.website, after: website }],
    };
  });
  return orchestrations.ChangeBatchRequested.fromPartial({
    workspaceId: WORKSPACE, batchId: `${run}-${number}`, runId: run, orchestrationId: 'o', connectionId, object: OBJECT, lane: number % LANES, provider: provider.name,
    operation: crmWriter.ChangeOperation.CREATE, externalIdField: provider.fields.key, plannedAtSequence: Number.MAX_SAFE_INTEGER, changes,
  });
}

/** A run as orchestrations sends it, ten batches ahead; seconds from the first batch to the last answer. */
async function run(stage: Stage, connectionId: string, name: string, records: number): Promise<number> {
  const batches = Math.ceil(records / BATCH);
  const begun = performance.now();
  let sent = 0;
  const done = () => Array.from({ length: sent }, (_, n) => n).filter((n) => stage.completed.has(`${name}-${n}`)).length;
  while (sent < batches) {
    const more = Math.min(batches, done() + WINDOW) - sent;
    if (more > 0) await stage.request(Array.from({ length: more }, (_, i) => batchOf(stage, name, sent + i, records, connectionId)));
    sent += Math.max(0, more);
    await waitFor(() => sent < done() + WINDOW || sent === batches, { timeoutMs: 300_000, everyMs: 10, what: 'an answer of the writer' });
  }
  await waitFor(() => done() === batches, { timeoutMs: 600_000, everyMs: 10, what: 'the last answer of the writer' });
  const seconds = (performance.now() - begun) / 1000;
  const written = Array.from({ length: batches }, (_, n) => stage.completed.get(`${name}-${n}`)!).flatMap((m) => m.results).filter((r) => r.outcome === crmWriter.ChangeOutcome.SUCCEEDED).length;
  if (written !== records) throw new Error(`${written} of ${records} accounts were created`);
  stage.completed.clear();
  return seconds;
}

/** So many new accounts through the writer, beside a bare loop of the provider's client with the same batches against the same sandbox. */
export async function writing(stage: Stage, records: number, latencyMs: number): Promise<WritingResult> {
  await stage.control('DELETE', 'data');
  const companies = Array.from({ length: records }, (_, n) => companyOf('bare', n));
  const begun = performance.now();
  const created = await stage.provider.bare(stage.sandbox, companies);
  const bareSeconds = (performance.now() - begun) / 1000;
  if (created !== records) throw new Error(`the bare loop created ${created} of ${records}`);
  await stage.control('DELETE', 'data');
  const connectionId = await stage.connect();
  await stage.client.refreshMirror({ connectionId, object: OBJECT }, { workspaceId: WORKSPACE });
  await stage.calls();
  stage.watch.peak();
  const seconds = await run(stage, connectionId, `run${records}x${latencyMs}`, records);
  const result = { provider: stage.provider.name, records, latencyMs, bareSeconds, seconds, ratio: bareSeconds / seconds, calls: await stage.calls(), mb: stage.watch.peak() };
  await stage.client.deleteConnection({ id: connectionId }, { workspaceId: WORKSPACE });
  return result;
}
