import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { builtMain, endChild, startChild, type Child } from './child.ts';
import type { Topology } from './topology.ts';

async function ready(child: Child, url: string): Promise<void> {
  await waitFor(async () => {
    if (child.process.exitCode !== null) throw new Error(`it ended: ${child.output()}`);
    return child.output().includes(url) && (await fetch(`${url}/readyz`)).ok;
  }, { timeoutMs: 90_000, everyMs: 100, what: `the product at ${url}` });
}

/** `signalbox up` as a person runs it: one process, embedded PostgreSQL. */
export async function startStandaloneTopology(): Promise<Topology> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-scenario-'));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const start = () => startChild([builtMain('standalone'), 'up', '--data', join(folder, 'data'), '--port', String(port)], {});
  let child = start();
  const topology: Topology = {
    url,
    kill: () => endChild(child, 'SIGKILL'),
    async resume() {
      child = start();
      await ready(child, url);
    },
    async stop() {
      await endChild(child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await ready(child, url).catch(async (error: unknown) => {
    await topology.stop();
    throw error;
  });
  return topology;
}
