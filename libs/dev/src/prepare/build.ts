import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './say.ts';

const STAMP = '.cache/build.stamp';
const SOURCES = ['libs', 'services'];
const ROOT_FILES = ['package-lock.json', 'nx.json', 'tsconfig.base.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', 'fixtures', '.cache']);
/** What a build leaves that every command needs; without it the stamp is worth nothing. */
const RESULTS = ['services/standalone/dist/main.js'];

function* sourceFiles(root: string, dir: string): Generator<string> {
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) yield* sourceFiles(root, path);
    } else if (!/\.spec\.tsx?$|\.md$/.test(entry.name)) {
      yield path;
    }
  }
}

/** Changes when a source is added, removed or written: sizes and times, so that asking takes milliseconds. */
function fingerprint(root: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...ROOT_FILES, ...SOURCES.flatMap((dir) => [...sourceFiles(root, dir)])]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function resultsAreThere(root: string): boolean {
  const web = existsSync(join(root, 'services/gateway/web/package.json')) ? ['services/gateway/web/dist/index.html'] : [];
  return [...RESULTS, ...web].every((path) => existsSync(join(root, path)));
}

/** Builds every package with Nx (from its cache where nothing changed), and does nothing when no source changed at all. */
export function build(root: string): void {
  const stamp = join(root, STAMP);
  // Taken before the build: a file saved while it runs is built by the next start.
  const wanted = fingerprint(root);
  if (resultsAreThere(root) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('building');
  const started = Date.now();
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', NX_SKIP_NX_CACHE: process.env.NX_SKIP_NX_CACHE ?? 'false' };
  const nx = spawnSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build', '--outputStyle=static', '--parallel=2'], { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (nx.status !== 0) throw new Error('the build failed (see above)');
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`built in ${Math.round((Date.now() - started) / 1000)} s`);
}
