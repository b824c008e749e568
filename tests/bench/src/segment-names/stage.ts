import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database, startEmbeddedPostgres } from '@signalbox/platform-postgres';
import { freePorts } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import { createWorldWith, givenCrm, givenTopology, type Crm, type World } from '@signalbox/tests-scenarios/world';
import { nodeOptionsOf } from '../node-options.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What a plan of segment names needs; the scheduler and lead-conversion are not asked. */
const SERVICES = ['gateway', 'segments', 'matching', 'crm-writer', 'orchestrations'] as const;
const ALL = [...SERVICES, 'scheduler', 'lead-conversion'];

interface Running {
  name: string;
  child: ChildProcess;
  text(): string;
}

function start(name: string, args: string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (piece: Buffer) => { text = (text + piece.toString()).slice(-20_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { name, child, text: () => text };
}

async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export interface NamesBench {
  world: World<Crm>;
  connectionId: string;
  orgUrl: string;
  /** All services' schemas are in it. */
  database: Database;
  /** Most resident memory of each process since it was last asked, in MB. */
  peaks(): Record<string, number>;
  /** Processor time that each process has used so far, in seconds. */
  cpu(): Record<string, number>;
  stop(): Promise<void>;
}

/** Linux keeps the highest resident size of a process, and begins again when it is told to. */
function peakMb(pid: number): number {
  const most = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Math.round(Number(most ?? 0) / 1024);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function environments(databaseUrl: string, ports: readonly number[]): { name: string; http: number; env: Record<string, string> }[] {
  const addresses = Object.fromEntries(ALL.map((name, i) => [`SIGNALBOX_${name.replace('-', '_').toUpperCase()}_ADDRESS`, `127.0.0.1:${ports[2 * i + 1]}`]));
  const shared = {
    ...addresses, SIGNALBOX_DATABASE_URL: databaseUrl, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: databaseUrl, SIGNALBOX_SERVICE_KEY: randomBytes(32).toString('hex'),
    SIGNALBOX_SECRETS_KEY: randomBytes(32).toString('hex'), SIGNALBOX_LOG_LEVEL: 'warn', SIGNALBOX_DATABASE_POOL_SIZE: '8',
  };
  return SERVICES.map((name, i) => ({ name, http: ports[2 * i]!, env: { ...shared, SIGNALBOX_HTTP_PORT: String(ports[2 * i]), SIGNALBOX_GRPC_PORT: String(ports[2 * i + 1]) } }));
}

/** A first pull may take longer than anybody waits for an answer: it goes on, and the mirror says when it is done. */
async function connected(world: World<Crm>): Promise<string> {
  const id = await world.connectUnread('Bench');
  let problem = '';
  world.pull(id).catch((error: unknown) => { problem = String(error); });
  await waitFor(async () => (await world.api.get<{ pulledAt?: string }>(`/connections/${id}/mirror?object=Account`)).pulledAt, { timeoutMs: 3_600_000, everyMs: 500, what: 'the first pull' })
    .catch((error: unknown) => { throw new Error(`${String(error)} ${problem}`); });
  return id;
}

/** PostgreSQL, a Salesforce sandbox with these accounts, and the services, each a process of its own. */
export async function startNamesBench(seedFile: string): Promise<NamesBench> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-names-'));
  const running: Running[] = [];
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const database = await Database.open({ url: postgres.url(), schema: 'bench' });
  const stop = async () => {
    for (const one of running.reverse()) await end(one);
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const org = start('sandbox', [join(ROOT, 'services/standalone/dist/main.js'), 'sandbox', 'salesforce', '--port', '0', '--seed', seedFile]);
    running.push(org);
    const placed = environments(postgres.url(), await freePorts(2 * ALL.length));
    for (const { name, http, env } of placed) {
      const main = join(ROOT, 'services', name, 'dist/main.js');
      if (!existsSync(main)) throw new Error(`${main} is missing: run ./signalbox build first`);
      const service = start(name, [...nodeOptionsOf(name), main], env);
      running.push(service);
      await waitFor(async () => {
        if (service.child.exitCode !== null) throw new Error(`${name} ended: ${service.text()}`);
        return (await fetch(`http://127.0.0.1:${http}/healthz`)).ok;
      }, { timeoutMs: 90_000, everyMs: 100, what: name });
    }
    const orgUrl = await waitFor(() => /sandbox at\s*(http:\/\/127\.0\.0\.1:\d+)/.exec(org.text())?.[1], { timeoutMs: 300_000, what: 'the sandbox' });
    const world = await createWorldWith(givenTopology(`http://127.0.0.1:${placed[0]!.http}`), async () => givenCrm(orgUrl, orgUrl));
    const connectionId = await connected(world);
    const each = (of: (pid: number) => number) => Object.fromEntries(running.map(({ name, child }) => [name, of(child.pid!)]));
    return { world, connectionId, orgUrl, database, peaks: () => each(peakMb), cpu: () => each(cpuSeconds), stop };
  } catch (error) {
    const said = running.map((one) => `${one.name}: ${one.text().slice(-1_500)}`).join('\n');
    await stop();
    throw new Error(`${String(error)}\n${said}`);
  }
}
