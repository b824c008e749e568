import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { PASSED, commandCheck, type Outcome } from './check.ts';

const buf = join(ROOT, 'node_modules/.bin/buf');

function git(...args: string[]): string | undefined {
  const done = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return done.status === 0 ? done.stdout.trim() : undefined;
}

export const lintProto = (): Promise<Outcome> => commandCheck(buf, ['lint', 'proto']);

export const formatProto = (): Promise<Outcome> => commandCheck(buf, ['format', '--diff', '--exit-code', 'proto']);

/** What this change is measured against: where it left main, or the commit before, on main itself. */
function baseCommit(): string | undefined {
  const head = git('rev-parse', 'HEAD');
  for (const main of ['origin/main', 'main']) {
    const base = git('merge-base', 'HEAD', main);
    if (base && base !== head) return base;
  }
  return git('rev-parse', '--verify', '--quiet', 'HEAD~1');
}

/** Fails when a message or an RPC that others already speak was changed in a way they cannot read. */
export async function breakingProto(): Promise<Outcome> {
  const base = baseCommit();
  if (!base || git('cat-file', '-e', `${base}:proto`) === undefined) {
    console.log('   there is no earlier contract to compare with: nothing can be broken yet');
    return PASSED;
  }
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-proto-'));
  try {
    const archive = execFileSync('git', ['archive', base, 'proto'], { cwd: ROOT, maxBuffer: 64 << 20 });
    execFileSync('tar', ['-x', '-C', dir], { input: archive });
    console.log(`   against ${base.slice(0, 12)}`);
    return await commandCheck(buf, ['breaking', 'proto', '--against', join(dir, 'proto')]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
