/**
 * Plans of Push Segment Names for many CRM accounts of which few change, through the services as processes: seconds of each plan, the most memory of
 * each process meanwhile, and the calls that the CRM counted. Prints one JSON object; what goes on is said on the way.
 *   node tests/bench/src/segment-names/main.ts [--accounts 100000] [--changed 5000]     # after ./signalbox build
 */
import { mkdtempSync, rmSync, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PlanView } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { startNamesBench, type NamesBench } from './stage.ts';

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '100000' }, changed: { type: 'string', default: '5000' } } });
const ACCOUNTS = Number(values.accounts);
const CHANGED = Math.min(Number(values.changed), ACCOUNTS);
const HOURS = 3_600_000;
type Preview = PlanView & { lookedAt: number; preparing: { done: number; total: number; perSecond: number; remainingSeconds: number | null } | null };

/** Names that have no word in common, as most companies'. */
const word = (n: number) => ((Math.imul(n + 1, 2_654_435_761) >>> 0) + 4_294_967_296).toString(36);
const nameOf = (i: number) => `${word(i)} ${word(i + 7_777_777)}`;
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const secondsSince = (ms: number) => Math.round((performance.now() - ms) / 10) / 100;
const delta = (from: Record<string, number>, to: Record<string, number>) => Object.fromEntries(Object.entries(to).map(([k, n]) => [k, Math.round((n - (from[k] ?? 0)) * 100) / 100] as const).filter(([, n]) => n > 0));

/** Rows at a time: neither a file nor a request is held in memory as a whole. */
async function* lines(header: string, line: (i: number) => string): AsyncGenerator<string> {
  yield `${header}\n`;
  for (let i = 0; i < ACCOUNTS; i += 5_000) yield Array.from({ length: Math.min(5_000, ACCOUNTS - i) }, (_, j) => `${line(i + j)}\n`).join('');
}

async function writeSeed(file: string): Promise<void> {
  const out = createWriteStream(file);
  for await (const part of lines('Name,Website,BillingCountry,Site', (i) => `${nameOf(i)},${word(i)}.com,Norway,Everybody`)) if (!out.write(part)) await once(out, 'drain');
  await new Promise((resolve) => out.end(resolve));
}

/** However long it takes; tells what it waits for. */
async function previewOf({ world }: NamesBench, id: string): Promise<{ preview: Preview; matchingSeconds: number }> {
  const startedMs = performance.now();
  let preparedMs = startedMs;
  let toldMs = startedMs;
  const preview = await waitFor(async () => {
    const { latestPreviewId } = await world.api.get<{ latestPreviewId: string }>(`/orchestrations/${id}`);
    const plan = await world.api.get<Preview>(`/plans/${latestPreviewId}`);
    if (plan.preparing) preparedMs = performance.now();
    if (plan.preparing && performance.now() - toldMs > 30_000) {
      toldMs = performance.now();
      say(`matching: ${JSON.stringify(plan.preparing)}`);
    }
    return plan.state === 'generating' ? undefined : plan;
  }, { timeoutMs: 6 * HOURS, everyMs: 100, what: 'the preview' });
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.problem}`);
  return { preview, matchingSeconds: Math.round((preparedMs - startedMs) / 100) / 10 };
}

/** As a first run has left it: every account has its name, and we know that it is ours. */
async function fill({ world, database, connectionId }: NamesBench): Promise<void> {
  const startedMs = performance.now();
  const stream = ReadableStream.from((async function* () {
    const encoder = new TextEncoder();
    for await (const part of lines('id,name,website,country', (i) => `${i < CHANGED ? 'few' : 'c'}${i},${nameOf(i)},${word(i)}.com,Norway`)) yield encoder.encode(part);
  })());
  await world.api.upload('/companies/imports?fileName=bench.csv', stream, 'text/csv');
  say(`companies: ${secondsSince(startedMs)} s`);
  const named = async (name: string, rule: object) => {
    const { id } = await world.api.post<{ id: string }>('/segments', { name, kind: 'dynamic', rule });
    await waitFor(async () => (await world.api.get<{ size: number }>(`/segments/${id}`)).size > 0, { timeoutMs: HOURS, what: name });
    return id;
  };
  const everybody = await named('Everybody', { field: { field: 'country', operator: 'equals', values: ['Norway'] } });
  await world.api.put(`/segments/${everybody}/publication`, { enabled: true });
  await database.execute(
    `insert into orchestrations.written_names (workspace_id, connection_id, field, crm_id, names)
     select workspace_id, connection_id, 'Site', crm_id, array['Everybody'] from crm_writer.mirror_records where connection_id = $1 and object = 'Account'`, [connectionId]);
  say(`filled: ${secondsSince(startedMs)} s`);
}

async function measure(bench: NamesBench): Promise<object> {
  const { world, orgUrl } = bench;
  await fill(bench);
  const calls = async () => ((await (await fetch(`${orgUrl}/__sandbox/requests`)).json()) as { operations: Record<string, number> }).operations;
  const timed = async <T>(what: string, work: () => Promise<T>) => {
    const [callsBefore, cpuBefore] = [await calls(), bench.cpu()];
    bench.peaks();
    const startedMs = performance.now();
    const came = await work();
    const found = { what, seconds: secondsSince(startedMs), came, peakMb: bench.peaks(), cpuSeconds: delta(cpuBefore, bench.cpu()), calls: delta(callsBefore, await calls()) };
    say(JSON.stringify(found));
    return found;
  };
  const of = ({ preview, matchingSeconds }: Awaited<ReturnType<typeof previewOf>>) => ({ matchingSeconds, lookedAt: preview.lookedAt, planned: preview.planned, toWrite: preview.toWrite });
  const { id } = await world.api.post<{ id: string }>('/orchestrations', { name: 'Names', kind: 'push_segment_names', connectionId: bench.connectionId, schedule: { mode: 'manual' }, settings: { field: 'Site' } });
  const plan = async () => {
    await world.api.post(`/orchestrations/${id}/previews`, {});
    return of(await previewOf(bench, id));
  };
  const steps = [await timed('first plan, with the matching of all companies', async () => of(await previewOf(bench, id)))];
  steps.push(await timed('plan, nothing changed', plan));
  const few = await world.api.post<{ id: string }>('/segments', { name: 'Few', kind: 'dynamic', rule: { field: { field: 'source_id', operator: 'starts_with', values: ['few'] } } });
  await waitFor(async () => (await world.api.get<{ size: number }>(`/segments/${few.id}`)).size === CHANGED, { timeoutMs: HOURS, what: 'the few' });
  await world.api.put(`/segments/${few.id}/publication`, { enabled: true });
  steps.push(await timed(`plan, ${CHANGED} changed`, plan));
  const run = async () => {
    const { state, problem, counts } = await world.ended((await world.startRun(id)).id, 2 * HOURS);
    if (state !== 'finished') throw new Error(`the run ended ${state}: ${problem}`);
    return counts as never;
  };
  const ran = [await timed('run', run), await timed('run, nothing changed', run)];
  return { accounts: ACCOUNTS, changed: CHANGED, steps: [...steps, ...ran] };
}

const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-seed-'));
const seed = join(folder, 'accounts.csv');
await writeSeed(seed);
const bench = await startNamesBench(seed);
try {
  process.stdout.write(`${JSON.stringify(await measure(bench))}\n`);
} finally {
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
