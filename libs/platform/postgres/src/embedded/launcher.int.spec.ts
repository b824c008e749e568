import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@signalbox/testing';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './launcher.ts';
import { clearLeftovers, isAlive } from './postmaster.ts';

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'signalbox-launcher-')); });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const server of running.splice(0)) await server.stop();
    await clearLeftovers(join(dataDir, 'pgdata'));
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (options = {}) => {
    const server = await startEmbeddedPostgres({ dataDir, fast: true, ...options });
    running.push(server);
    return server;
  };

  async function startElsewhere(mode = 'fast'): Promise<{ child: ChildProcess; pid: number; url: string }> {
    const script = fileURLToPath(new URL('../testing/embedded-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=signalbox:source', '--no-warnings', script, dataDir, mode], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' },
    });
    children.push(child);
    let said = '';
    child.stdout.on('data', (data) => { said += String(data); });
    await waitFor(() => said.includes('\n'), { timeoutMs: 30_000 });
    return { child, ...(JSON.parse(said) as { pid: number; url: string }) };
  }

  async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('starts on an empty directory, keeps its data over a restart, and needs its password', async () => {
    const first = await start();
    const url = await first.createDatabase('product');
    await first.createDatabase('product');
    await query(url, 'create table kept as select 42 as n');
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    await first.stop();
    const second = await start();
    expect(await query(second.url('product'), 'select n from kept')).toEqual([{ n: 42 }]);
    expect(await query(second.url('product'), `select 'ä' < 'b' as by_code_point, upper('ä') as upper`)).toEqual([{ by_code_point: false, upper: 'Ä' }]);
  });

  it('listens on this machine only', async () => {
    const { port } = await start();
    const outside = Object.values(networkInterfaces()).flat().filter((address) => address?.family === 'IPv4' && !address.internal);
    for (const { address } of outside as { address: string }[]) {
      const answer = await new Promise((resolve) => {
        const socket = connect({ port, host: address, timeout: 2000 }, () => { socket.destroy(); resolve('open'); });
        for (const event of ['error', 'timeout']) socket.once(event, () => { socket.destroy(); resolve('closed'); });
      });
      expect(answer).toBe('closed');
    }
  });

  it('is small', async () => {
    const server = await start();
    expect(await server.memoryBytes()).toBeGreaterThan(5e6);
    expect(await server.memoryBytes()).toBeLessThan(120e6);
  });

  it('starts again after its process was killed, with everything that was committed', async () => {
    for (let kills = 0; kills < 3; kills += 1) {
      const { child, url } = await startElsewhere();
      await query(url, 'create table if not exists kill (n int)');
      await query(url, `insert into kill values (${kills})`);
      child.kill('SIGKILL');
      await waitFor(() => child.signalCode !== null);
    }
    const server = await start();
    expect(await query(server.url(), 'select n from kill order by n')).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  it('starts again when the server, too, was killed in the middle of work', async () => {
    const { child, pid, url } = await startElsewhere('safe'); // without fsync the last commits go with the server
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined); // it is about to be cut
    await client.connect();
    await client.query('create table half as select generate_series(1, 10000) as n');
    const working = client.query('select pg_sleep(60)').catch(() => 'cut');
    process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    expect(await working).toBe('cut');
    // On a busy machine a process lives on for a moment after the signal, and owns its directory as long.
    await waitFor(() => child.signalCode);
    const server = await start();
    expect(await query(server.url(), 'select count(*)::int as n from half')).toEqual([{ n: 10_000 }]);
  });

  it('ends by itself when its process is killed', async () => {
    const { child, pid } = await startElsewhere();
    child.kill('SIGKILL');
    await waitFor(() => !isAlive(pid));
  });

  it('is not confused by a pid file whose number belongs to another process now', async () => {
    const server = await start();
    await server.stop();
    await writeFile(join(dataDir, 'pgdata', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'pgdata')}\n1\n5432\n\n127.0.0.1\n\nready   \n`);
    await start();
  });

  it('refuses a directory that another live process runs', async () => {
    await startElsewhere();
    await expect(start()).rejects.toMatchObject({ kind: 'Conflict', code: 'postgres.embedded.in_use' });
  });

  it('makes a new one where the making of the last was interrupted', async () => {
    const { child } = await startElsewhere();
    child.kill('SIGKILL');
    await waitFor(() => child.signalCode !== null);
    await clearLeftovers(join(dataDir, 'pgdata'));
    await rm(join(dataDir, 'pgdata'), { recursive: true });
    await writeFile(join(dataDir, 'pgdata.new'), 'half of something');
    expect(await query((await start()).url(), 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('says why it cannot start, and where its log is', async () => {
    await start().then((server) => server.stop());
    await chmod(join(dataDir, 'pgdata'), 0o777);
    await expect(start()).rejects.toMatchObject({ code: 'postgres.embedded.start', publicMessage: expect.stringMatching(/permissions.*postgres\.log/s) });
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('permissions');
  });

  it('tells when the server ends without having been asked', async () => {
    const reasons: string[] = [];
    const server = await start({ onExit: (reason: string) => reasons.push(reason) });
    process.kill(server.pid, 'SIGQUIT');
    await waitFor(() => reasons.length === 1);
    expect(reasons[0]).toContain('postgres.log');
  });
});
