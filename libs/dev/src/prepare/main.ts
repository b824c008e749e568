/**
 * What `./signalbox` does before a command: `main.ts install` installs, `main.ts build` installs and builds. It runs
 * on a fresh clone, so it imports nothing but Node's own modules.
 */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';
import { install } from './install.ts';
import { withLock } from './lock.ts';
import { say } from './say.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');

try {
  await withLock(`${root}/.cache/prepare.lock`, () => {
    install(root);
    if (process.argv[2] === 'build') build(root);
  });
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
