import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../../..');

/**
 * A Python with one pinned package in `.cache/py/<package>`, made on first use (a virtual environment; needs the package index
 * once). Without python3 the error says what to install.
 */
export async function pythonWith(name: string, version: string): Promise<string> {
  const home = join(ROOT, '.cache/py', `${name}-${version}`);
  const python = join(home, 'bin/python');
  const done = join(home, '.complete');
  if (existsSync(done)) return python;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await run('python3', ['-m', 'venv', home]).catch((cause: unknown) => {
    throw new Error('This check needs python3 with its venv module. Install both (Debian and Ubuntu: apt-get install python3 python3-venv) and run it again.', { cause });
  });
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`]).catch((cause: unknown) => {
    throw new Error(`${name} ${version} could not be installed from the Python package index. Check the network (PIP_INDEX_URL), then run it again.`, { cause });
  });
  await writeFile(done, '');
  return python;
}
