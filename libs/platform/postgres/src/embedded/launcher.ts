import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fatal } from '@signalbox/kernel';
import pg from 'pg';
import { mapDatabaseError } from '../error-mapping.ts';
import { quoteName } from '../parameters.ts';
import { freePort } from './free-port.ts';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';
import { giveUpOwnership, initialise, layout, readPassword, SUPERUSER, takeOwnership } from './data-dir.ts';
import { clearLeftovers, memoryOf, readPostmasterFile, shutDown } from './postmaster.ts';
import { chooseRunAs, type RunAs } from './run-as.ts';
import { serverSettings } from './settings.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data, the password and the log lie; made when missing. */
  dataDir: string;
  /** TCP port on 127.0.0.1. Default 0: any free one. */
  port?: number;
  /** No fsync: for tests only. Default false. */
  fast?: boolean;
  /** Default 100. */
  maxConnections?: number;
  /** As PostgreSQL writes it. Default '48MB'. */
  sharedBuffers?: string;
  /** Called when the server ends without having been asked to. */
  onExit?: (reason: string) => void;
}

/** A PostgreSQL server of our own: 127.0.0.1 only, password kept in the data directory. */
export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Connection address of a database (default 'postgres'); holds the password, so never log it. */
  url(database?: string): string;
  /** Creates the database unless it is there. Gives its url. */
  createDatabase(name: string): Promise<string>;
  /** Memory of the server and all its processes in bytes, shared pages counted once. */
  memoryBytes(): Promise<number>;
  /** Fast shutdown: connections are cut, everything is on disk. May be called twice. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const LOG_LIMIT_BYTES = 5 * 1024 * 1024;
const START_ATTEMPTS = 5;
/** A port taken meanwhile, or the last processes of a killed server still letting go of their shared memory. */
const PASSES = /could not bind|is still in use|lock file .* already exists/;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/**
 * Starts PostgreSQL on a data directory, which is created when it is empty. Works after any end of the last run, `kill -9`
 * included: a server left running is shut down first. Conflict when another live process runs the directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const { pgdata, links } = layout(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await takeOwnership(dataDir);
  try {
    const [binaries, runAs] = await Promise.all([postgresBinaries(links), chooseRunAs()]);
    await initialise(dataDir, binaries, runAs, options.fast ?? false);
    await clearLeftovers(pgdata);
    const { child, port } = await startOnSomePort(dataDir, options, binaries, runAs);
    return server(dataDir, child, port, options, await readPassword(dataDir));
  } catch (error) {
    await giveUpOwnership(dataDir);
    throw error;
  }
}

function server(dataDir: string, child: ChildProcess, port: number, options: EmbeddedPostgresOptions, password: string): EmbeddedPostgres {
  const pid = child.pid!;
  let stopping: Promise<void> | undefined;
  child.once('exit', (code, signal) => {
    if (!stopping) options.onExit?.(`PostgreSQL ended by itself (${signal ?? `exit code ${code}`}); see ${layout(dataDir).log}`);
  });
  const url = (database = 'postgres') =>
    `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const stop = async () => {
    const ended = child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve() : new Promise<void>((done) => { child.once('exit', () => done()); });
    if (child.exitCode === null && child.signalCode === null) await shutDown(pid);
    await ended;
    await giveUpOwnership(dataDir);
  };
  return {
    port,
    pid,
    url,
    createDatabase: async (name) => {
      await createDatabase(url(), name);
      return url(name);
    },
    memoryBytes: () => memoryOf(pid),
    stop: () => (stopping ??= stop()),
  };
}

/** Creates a database on the server at `adminUrl` unless it is there; safe when several processes try at once. */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    await client.query(`create database ${quoteName(name)}${template ? ` template ${quoteName(template)}` : ''}`);
  } catch (error) {
    const state = (error as { code?: string }).code;
    if (state !== '42P04' && state !== '23505') throw mapDatabaseError(error); // somebody else made it meanwhile
  } finally {
    await client.end();
  }
}

async function startOnSomePort(dataDir: string, options: EmbeddedPostgresOptions, binaries: PostgresBinaries, runAs: RunAs) {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port || await freePort();
    try {
      return { child: await startServer(dataDir, port, options, binaries, runAs), port };
    } catch (error) {
      if (!PASSES.test(String((error as { detail?: unknown }).detail)) || attempt >= START_ATTEMPTS) throw error;
      await pause(200 * attempt);
    }
  }
}

async function startServer(
  dataDir: string, port: number, options: EmbeddedPostgresOptions, binaries: PostgresBinaries, runAs: RunAs,
): Promise<ChildProcess> {
  const { pgdata, log } = layout(dataDir);
  const settings = serverSettings({
    port, maxConnections: options.maxConnections ?? 100, sharedBuffers: options.sharedBuffers ?? '48MB', fast: options.fast ?? false,
  });
  const file = await openLog(log);
  const logStart = (await file.stat()).size;
  const [program, ...args] = [...runAs.prefix, binaries.postgres, '-D', pgdata, ...settings];
  // A session of its own: Ctrl-C in the terminal must reach the product, which then stops the database last.
  const child = spawn(program!, args, {
    detached: true, stdio: ['ignore', file.fd, file.fd], uid: runAs.uid, gid: runAs.gid,
    env: { PATH: process.env.PATH, LC_ALL: 'C', ...binaries.env },
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined); // it is raced below; after that an error is an exit
  await file.close();
  await Promise.race([failed, untilReady(child, pgdata, log, logStart)]);
  child.unref();
  return child;
}

async function untilReady(child: ChildProcess, pgdata: string, log: string, logStart: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const state = await readPostmasterFile(pgdata);
    if (state?.pid === child.pid && state?.ready) return;
    const over = child.exitCode !== null || child.signalCode !== null;
    if (over || Date.now() > deadline) {
      if (!over) child.kill('SIGQUIT');
      const said = (await readFile(log)).subarray(logStart).toString();
      const reason = /(?:FATAL|PANIC):.*/.exec(said)?.[0] ?? 'it gave no reason';
      throw fatal('postgres.embedded.start', `PostgreSQL did not start: ${reason}. The log is ${log}.`, { detail: said });
    }
    await pause(10);
  }
}

async function openLog(path: string) {
  const size = await stat(path).then((found) => found.size, () => 0);
  if (size > LOG_LIMIT_BYTES) await truncate(path);
  return open(path, 'a', 0o600);
}
