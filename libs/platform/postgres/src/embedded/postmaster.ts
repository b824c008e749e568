import { execFile } from 'node:child_process';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fatal } from '@signalbox/kernel';

const run = promisify(execFile);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface PostmasterFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** What a running (or killed) postmaster left in its data directory, or undefined. */
export async function readPostmasterFile(pgdata: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Math.abs(Number(lines[0])), port: Number(lines[3]), ready: (lines[7] ?? '').trim() === 'ready' };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, or '' when it is gone. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return run('ps', ['-p', String(pid), '-o', 'command=']).then((result) => result.stdout, () => '');
}

/**
 * Makes a data directory free to start on after whatever happened before: a postmaster that outlived a killed parent is
 * shut down, and a pid file whose process is gone (or is now something else entirely) is removed.
 */
export async function clearLeftovers(pgdata: string): Promise<void> {
  const left = await readPostmasterFile(pgdata);
  if (!left) return;
  const ours = isAlive(left.pid) && (await commandLine(left.pid)).includes(pgdata);
  if (ours) await shutDown(left.pid);
  await rm(join(pgdata, 'postmaster.pid'), { force: true });
}

/** Fast shutdown (connections are cut, everything is checkpointed); after 30 s immediate; then not waited for. */
export async function shutDown(pid: number): Promise<void> {
  for (const [signal, ms] of [['SIGINT', 30_000], ['SIGQUIT', 10_000]] as const) {
    signalTo(pid, signal);
    const deadline = Date.now() + ms;
    while (isAlive(pid) && Date.now() < deadline) await pause(10);
    if (!isAlive(pid)) return;
  }
  throw fatal('postgres.embedded.will_not_stop', `PostgreSQL (process ${pid}) does not stop. End it, then start again.`);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The memory of the postmaster and its children in bytes; shared pages are counted once where the system tells (Linux). */
export async function memoryOf(postmaster: number): Promise<number> {
  if (process.platform !== 'linux') return residentBytes(postmaster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (Number(pid) !== postmaster && parent !== postmaster) return 0;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
  }));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function residentBytes(postmaster: number): Promise<number> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  return stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([pid, parent]) => pid === postmaster || parent === postmaster)
    .reduce((sum, [, , kilobytes]) => sum + kilobytes! * 1024, 0);
}
