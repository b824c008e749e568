import { spawn, spawnSync } from 'node:child_process';
import { ROOT } from '../root.ts';

/** What one stage found. A stage that is one check counts as one; jest counts its tests. */
export interface Outcome {
  passed: number;
  failed: number;
}

export interface Stage {
  name: string;
  /** What is checked, as a heading. */
  title: string;
  run: () => Promise<Outcome> | Outcome;
}

export const PASSED: Outcome = { passed: 1, failed: 0 };
export const FAILED: Outcome = { passed: 0, failed: 1 };

/** Something is missing on this machine; the message says what to install. */
export class MissingTool extends Error {}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
}

/** Runs a command with its output shown as it comes. Gives its exit code. */
export function show(command: string, args: string[], options: RunOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd ?? ROOT, env: { ...process.env, ...options.env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** Runs a command that must show nothing but its errors, and takes what it prints. */
export function capture(command: string, args: string[], options: RunOptions = {}): { status: number; stdout: string } {
  const done = spawnSync(command, args, { cwd: options.cwd ?? ROOT, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 256 << 20 });
  return { status: done.status ?? 1, stdout: done.stdout ?? '' };
}

/** One check that is a command: it passes when the command ends with 0. */
export async function commandCheck(command: string, args: string[], options?: RunOptions): Promise<Outcome> {
  return (await show(command, args, options)) === 0 ? PASSED : FAILED;
}

export function addUp(outcomes: Outcome[]): Outcome {
  return outcomes.reduce((sum, o) => ({ passed: sum.passed + o.passed, failed: sum.failed + o.failed }), { passed: 0, failed: 0 });
}

export const node = process.execPath;
