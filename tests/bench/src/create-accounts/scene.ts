import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@signalbox/testing';
import { createWorldWith, givenCrm, givenTopology, type Crm, type World } from '@signalbox/tests-scenarios/world';

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

async function productRun(world: World<Crm>, sandboxUrl: string, connectionId: string, round: number, records: number): Promise<ProductResult> {
  // What the bare loop wrote is somebody else's news, which a running product has long taken in.
  await world.pull(connectionId);
  await world.importCompanies(Array.from({ length: records }, (_, i) => ({ id: `run${round}-${i}`, name: `Product ${round} Works ${i}`, website: `product${round}-works-${i}.com`, country: 'Norway' })));
  const segment = await world.segmentOf(`run${round}-`);
  const id = await world.orchestration(`Round ${round}`, connectionId, segment.id, { guardrails: { maxRecords: 1_000_000, maxSharePercent: 100 } });
  const preview = await world.preview(id);
  if (preview.state !== 'ready') throw new Error(`the preview is ${preview.state}: ${preview.problem}`);
  const calls = async () => ((await (await fetch(`${sandboxUrl}/__sandbox/requests`)).json()) as { operations: Record<string, number> }).operations;
  const before = await calls();
  const startedMs = performance.now();
  const ended = await world.ended((await world.startRun(id)).id, 300_000);
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
    const world = await createWorldWith(givenTopology(home), async () => givenCrm(url, url));
    const connectionId = await world.connect();
    return { org: { url, ...world.crm.credentials }, productRun: (round, records) => productRun(world, url, connectionId, round, records), stop };
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${sandbox.text()}\n${product.text()}`);
  }
}
