import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict, fatal } from '@signalbox/kernel';
import type { PostgresBinaries } from './binaries.ts';
import { isAlive } from './postmaster.ts';
import type { RunAs } from './run-as.ts';

/** What lies in an embedded server's directory. `owner` names the process that runs it. */
export const layout = (dataDir: string) => ({
  pgdata: join(dataDir, 'pgdata'),
  links: join(dataDir, 'lib'),
  password: join(dataDir, 'password'),
  owner: join(dataDir, 'owner'),
  log: join(dataDir, 'postgres.log'),
});

export const SUPERUSER = 'signalbox';

/** When a process started, in the system's own unit: tells a process from a later one with the same number. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Takes the directory for this process; Conflict when another live process runs it. */
export async function takeOwnership(dataDir: string): Promise<void> {
  const { owner } = layout(dataDir);
  const mine = `${process.pid} ${await startTime(process.pid)}`;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const created = await writeFile(owner, mine, { flag: 'wx', mode: 0o600 }).then(() => true, (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    });
    if (created) return;
    const [pid, started] = (await readFile(owner, 'utf8').catch(() => '')).split(' ');
    if (pid && isAlive(Number(pid)) && (await startTime(Number(pid))) === started) throw taken(dataDir, pid);
    await rm(owner, { force: true });
  }
  throw taken(dataDir, 'unknown');
}

export const giveUpOwnership = (dataDir: string) => rm(layout(dataDir).owner, { force: true });

function taken(dataDir: string, pid: string) {
  return conflict('postgres.embedded.in_use',
    `The data directory ${dataDir} is in use by process ${pid}. Stop that one first, or choose another directory.`);
}

/** The superuser's password, made at the first start and kept beside the data, readable by its owner only. */
export async function readPassword(dataDir: string): Promise<string> {
  return (await readFile(layout(dataDir).password, 'utf8')).trim();
}

/** Creates the cluster when there is none yet. A start killed in the middle leaves nothing that looks finished. */
export async function initialise(dataDir: string, binaries: PostgresBinaries, runAs: RunAs, fast: boolean): Promise<void> {
  const { pgdata, password } = layout(dataDir);
  if (await access(join(pgdata, 'PG_VERSION')).then(() => true, () => false)) return;
  const half = `${pgdata}.new`;
  await rm(half, { recursive: true, force: true });
  await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await chmod(password, 0o600);
  await mkdir(half, { mode: 0o700 });
  for (const path of [dataDir, password, half]) await runAs.own(path);
  const [program, ...args] = [...runAs.prefix, binaries.initdb,
    '--pgdata', half, '--username', SUPERUSER, '--pwfile', password, '--auth', 'scram-sha-256', '--encoding', 'UTF8',
    '--locale-provider', 'builtin', '--locale', 'C.UTF-8', '--no-instructions', ...(fast ? ['--no-sync'] : [])];
  await complete(program!, args, { ...binaries.env, LC_ALL: 'C' }, runAs);
  await rename(half, pgdata);
}

function complete(program: string, args: string[], env: Record<string, string>, runAs: RunAs): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, uid: runAs.uid, gid: runAs.gid, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => { output += data; });
    child.stderr.on('data', (data) => { output += data; });
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve() : reject(fatal('postgres.embedded.initdb',
      `A new PostgreSQL data directory could not be made: ${output.trim().split('\n').at(-1) ?? ''}`, { detail: output }))));
  });
}
