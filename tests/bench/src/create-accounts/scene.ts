import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api, firstSignIn } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const MAIN = join(ROOT, 'services/standalone/dist/main.js');

export interface ProductResult {
  seconds: number;
  created: number;
  apiCalls: Record<string, number>;
}

export interface Bench {
  org: { url: string; clientId: string; clientSecret: string };
  /** Plans and writes `records` new accounts; seconds from "Run now" to the run's end. */
  productRun(round: number, records: number): Promise<ProductResult>;
  stop(): Promise<void>;
}

function start(args: string[]): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (piece: Buffer) => void (text += piece.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { child, text: () => text };
}

const addressIn = (text: string, before: RegExp) => new RegExp(`${before.source}\\s*(http://127\\.0\\.0\\.1:\\d+)`).exec(text)?.[1];

async function prepare(api: Api, org: Bench['org']): Promise<{ connectionId: string; mappingProfileId: string }> {
  const { id: connectionId } = await api.post<{ id: string }>('/connections', { name: 'Bench', provider: 'salesforce', baseUrl: org.url, authKind: 'client_credentials', environment: 'sandbox', settings: { client_id: org.clientId }, secrets: { client_secret: org.clientSecret } });
  await api.post(`/connections/${connectionId}/test`);
  await api.post(`/connections/${connectionId}/pull`, { object: 'Account' });
  const mappings = [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }];
  const { id: mappingProfileId } = await api.post<{ id: string }>('/mapping-profiles', { name: 'Bench', connectionId, object: 'Account', environment: 'sandbox', externalIdField: 'Signalbox_Id__c', mappings });
  return { connectionId, mappingProfileId };
}

interface RunAnswer {
  state: string;
  problem?: string;
  counts: { succeeded: number };
}

async function productRun(api: Api, org: Bench['org'], parts: { connectionId: string; mappingProfileId: string }, round: number, records: number): Promise<ProductResult> {
  // What the bare loop wrote is somebody else's news, which a running product has long taken in.
  await api.post(`/connections/${parts.connectionId}/pull`, { object: 'Account' });
  const rows = Array.from({ length: records }, (_, i) => `run${round}-${i},Product ${round} Works ${i},product${round}-works-${i}.com,Norway`);
  await api.upload('/companies/imports?fileName=bench.csv', new Blob([['id,name,website,country', ...rows].join('\n')]).stream(), 'text/csv');
  const segment = await api.post<{ id: string }>('/segments', { name: `Round ${round}`, kind: 'dynamic', rule: { field: { field: 'source_id', operator: 'starts_with', values: [`run${round}-`] } } });
  const { id } = await api.post<{ id: string }>('/orchestrations', { name: `Round ${round}`, kind: 'create_accounts', segmentId: segment.id, ...parts, schedule: { mode: 'manual' }, guardrails: { maxRecords: 1_000_000, maxSharePercent: 100 } });
  await waitFor(async () => {
    const { latestPreviewId } = await api.get<{ latestPreviewId?: string }>(`/orchestrations/${id}`);
    return latestPreviewId && (await api.get<{ state: string }>(`/plans/${latestPreviewId}`)).state === 'ready';
  }, { timeoutMs: 60_000 });
  const calls = async () => ((await (await fetch(`${org.url}/__sandbox/requests`)).json()) as { operations: Record<string, number> }).operations;
  const before = await calls();
  const startedMs = performance.now();
  const run = await api.post<{ id: string }>(`/orchestrations/${id}/runs`, {});
  const ended = await waitFor(async () => {
    const seen = await api.get<RunAnswer>(`/runs/${run.id}`);
    return ['finished', 'failed', 'halted', 'cancelled'].includes(seen.state) ? seen : undefined;
  }, { timeoutMs: 300_000, everyMs: 20 });
  const seconds = (performance.now() - startedMs) / 1000;
  if (ended.state !== 'finished') throw new Error(`the run ended ${ended.state}: ${ended.problem}`);
  const apiCalls = Object.fromEntries(Object.entries(await calls()).map(([k, n]) => [k, n - (before[k] ?? 0)] as const).filter(([, n]) => n > 0));
  return { seconds, created: ended.counts.succeeded, apiCalls };
}

/** A sandbox and the product, each a process of its own, connected and ready. */
export async function startBench(latencyMs: number): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const sandbox = start(['sandbox', 'salesforce', '--port', '0', '--latency', String(latencyMs)]);
  const product = start(['up', '--data', join(folder, 'data'), '--port', '0']);
  const stop = async () => {
    for (const { child } of [product, sandbox]) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await waitFor(() => addressIn(sandbox.text(), /sandbox at/), { timeoutMs: 30_000, what: 'the sandbox' });
    const home = await waitFor(() => addressIn(product.text(), /API:/), { timeoutMs: 90_000, what: 'the product' });
    const org = { url, clientId: /client id\s+(\S+)/.exec(sandbox.text())?.[1] ?? '', clientSecret: /client secret\s+(\S+)/.exec(sandbox.text())?.[1] ?? '' };
    const { token } = await firstSignIn(home);
    const api = new Api(home, token);
    const parts = await prepare(api, org);
    return { org, productRun: (round, records) => productRun(api, org, parts, round, records), stop };
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${sandbox.text()}\n${product.text()}`);
  }
}
