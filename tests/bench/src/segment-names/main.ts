/**
 * Plans of Push Segment Names for many CRM accounts of which few change, through the whole product: seconds of each plan, the most memory of the
 * product's process, and the calls that the CRM got. Prints one JSON object.
 *   node tests/bench/src/segment-names/main.ts [--accounts 100000] [--changes 5000]     # after ./signalbox build
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PlanView } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { startBench, type Bench } from '../create-accounts/scene.ts';

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '100000' }, changes: { type: 'string', default: '5000' } } });
const ACCOUNTS = Number(values.accounts);
const CHANGES = Number(values.changes);
const RULE = { field: { field: 'source_id', operator: 'starts_with', values: ['c'] } };

/** Names that have no word in common, as most companies'. */
const word = (n: number) => ((Math.imul(n + 1, 2_654_435_761) >>> 0) + 4_294_967_296).toString(36);
const nameOf = (i: number) => `${word(i)} ${word(i + 7_777_777)}`;

const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-names-'));
const seed = join(folder, 'accounts.csv');
// As a first run has left it: every account has its name, but those that have come since.
const rows = Array.from({ length: ACCOUNTS }, (_, i) => `${nameOf(i)},${word(i)}.com,Norway,${i < CHANGES ? '' : 'Everybody'}`);
writeFileSync(seed, `Name,Website,BillingCountry,Site\n${rows.join('\n')}\n`);

/** However long it takes. */
const previewOf = (world: Bench['world'], id: string) => waitFor(async () => {
  const { latestPreviewId } = await world.api.get<{ latestPreviewId: string }>(`/orchestrations/${id}`);
  const plan = await world.api.get<PlanView>(`/plans/${latestPreviewId}`);
  return plan.state === 'generating' ? undefined : plan;
}, { timeoutMs: 3_600_000, what: 'the preview' });
const say = (text: string) => process.stderr.write(`${text}\n`);
const bench = await startBench(0, ['--seed', seed]);
let peakMb = 0;
const sampling = setInterval(() => { peakMb = Math.max(peakMb, bench.memoryMb()); }, 500);
const since = (ms: number) => Math.round((performance.now() - ms) / 10) / 100;
try {
  const { world } = bench;
  let startedMs = performance.now();
  await world.importCompanies(Array.from({ length: ACCOUNTS }, (_, i) => ({ id: `c${i}`, name: nameOf(i), website: `${word(i)}.com`, country: 'Norway' })));
  const { id: segmentId } = await world.api.post<{ id: string }>('/segments', { name: 'Everybody', kind: 'dynamic', rule: RULE });
  await world.api.put(`/segments/${segmentId}/publication`, { enabled: true });
  say(`companies and segment: ${since(startedMs)} s, ${Math.round(peakMb)} MB`);
  const calls = async () => ((await (await fetch(`${bench.org.url}/__sandbox/requests`)).json()) as { operations: Record<string, number> }).operations;
  const plans = [];
  const body = { name: 'Names', kind: 'push_segment_names', connectionId: bench.connectionId, schedule: { mode: 'manual' }, settings: { field: 'Site' } };
  startedMs = performance.now();
  const { id } = await world.api.post<{ id: string }>('/orchestrations', body);
  for (const round of ['first', 'second']) {
    peakMb = 0;
    if (round === 'second') await world.api.post(`/orchestrations/${id}/previews`, {});
    const preview = await previewOf(world, id);
    plans.push({ round, seconds: since(startedMs), state: preview.state, problem: preview.problem, planned: preview.planned, toWrite: preview.toWrite, peakMb: Math.round(peakMb) });
    say(JSON.stringify(plans.at(-1)));
    startedMs = performance.now();
  }
  const before = await calls();
  const run = await world.run(id);
  say(`run: ${since(startedMs)} s, ${run.state}, ${JSON.stringify(run.counts)}`);
  const between = await calls();
  startedMs = performance.now();
  const again = await world.run(id);
  const after = await calls();
  const spent = (from: Record<string, number>, to: Record<string, number>) => Object.fromEntries(Object.entries(to).map(([k, n]) => [k, n - (from[k] ?? 0)] as const).filter(([, n]) => n > 0));
  process.stdout.write(`${JSON.stringify({ accounts: ACCOUNTS, plans, run: { counts: run.counts, calls: spent(before, between) }, again: { seconds: since(startedMs), counts: again.counts, calls: spent(between, after) } })}\n`);
} finally {
  clearInterval(sampling);
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
