import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './say.ts';

interface LockedPackage { version?: string; optional?: boolean }

const STAMP = 'node_modules/.signalbox-install';

function lockHash(root: string): string {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function packagesOf(file: string): Record<string, LockedPackage> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> }).packages;
}

/** Whether npm's own record of what it put into node_modules agrees with the lock file: a developer's `npm install` does that. */
function alreadyAsLocked(root: string): boolean {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  const locked = Object.entries(packagesOf(join(root, 'package-lock.json'))).filter(([path]) => path.startsWith('node_modules/'));
  // What is for another system is locked, but never installed.
  return locked.every(([path, wanted]) => (installed[path] ? installed[path].version === wanted.version : wanted.optional === true));
}

/** Makes node_modules what package-lock.json says, and does nothing when it is already. */
export function install(root: string): void {
  const hash = lockHash(root);
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (!alreadyAsLocked(root)) {
    say('installing the dependencies that package-lock.json names (a minute or two the first time)');
    const started = Date.now();
    // npm's own progress goes to stderr, like everything before the command's own output.
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
    if (npm.error) throw new Error(`npm could not be started (${npm.error.message}): install Node 24 with npm, and start again`);
    if (npm.status !== 0) throw new Error('npm ci failed (see above): check the connection to the package registry, and start again');
    say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  writeFileSync(stamp, hash);
}
