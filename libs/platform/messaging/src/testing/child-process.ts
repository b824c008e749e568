import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessTask } from './process-main.ts';

export interface TestProcess {
  /** What it has said so far. */
  lines: Record<string, unknown>[];
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs a task in a process of its own, from the sources. */
export function startProcess(task: ProcessTask): TestProcess {
  const main = fileURLToPath(new URL('./process-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=signalbox:source', '--no-warnings', main, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout.on('data', (data) => {
    const parts = (rest + String(data)).split('\n');
    rest = parts.pop()!;
    for (const part of parts) lines.push(JSON.parse(part) as Record<string, unknown>);
  });
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    lines,
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
