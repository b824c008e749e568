import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Built main file of a service; scenarios on processes run what is shipped, not the sources. */
export function builtMain(service: string): string {
  const main = `${ROOT}services/${service}/dist/main.js`;
  if (!existsSync(main)) throw new Error(`${main} is missing: run ./signalbox build first`);
  return main;
}

export interface Child {
  process: ChildProcess;
  /** Everything that it wrote, newest last; for messages. */
  output(): string;
  exited: Promise<number | null>;
}

/** A Node process of ours, with nothing of this process's environment but what it needs to run. */
export function startChild(args: string[], env: Record<string, string>): Child {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const keep = (piece: Buffer) => {
    text = (text + piece.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { process: child, output: () => text, exited };
}

export async function endChild(child: Child, signal: NodeJS.Signals): Promise<void> {
  if (child.process.exitCode === null && child.process.signalCode === null) child.process.kill(signal);
  await child.exited;
}
