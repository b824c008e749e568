import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

function run(command: string, args: readonly string[], remedy: string): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(remedy);
}

/** The Python with the pinned packages, in `.cache/bench-python`: made on first use and when the pins change (needs the package index). */
export function benchPython(): string {
  const home = join(ROOT, '.cache/bench-python');
  const python = join(home, 'bin/python');
  const done = join(home, '.complete');
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return python;
  rmSync(home, { recursive: true, force: true });
  run('python3', ['-m', 'venv', home], 'The bench needs Python 3.11 or later with its venv module. Install both (Debian and Ubuntu: apt-get install python3 python3-venv).');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '-r', REQUIREMENTS], 'The packages of the bench could not be installed from the Python package index. Check the network (PIP_INDEX_URL), and that Python is 3.11 or later.');
  writeFileSync(done, wanted);
  return python;
}
