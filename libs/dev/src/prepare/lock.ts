import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './say.ts';

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function tryTake(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Runs `work` while no other start of this checkout installs or builds. A lock left by a killed process is taken over. */
export async function withLock(file: string, work: () => Promise<void> | void): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const started = Date.now();
  let told = false;
  while (!tryTake(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
    else if (!told && Date.now() - started > 1000) {
      say(`waiting for another start (process ${holder ?? '?'}) that is installing or building here`);
      told = true;
    }
    await pause(100);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}
