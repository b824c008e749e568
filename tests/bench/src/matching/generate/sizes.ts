import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { WORK } from '../files.ts';
import { generate } from './files.ts';

/** The files of one size; made when they are not there yet. */
export async function generated(accounts: number, candidates: number, seed: number): Promise<{ accounts: string; candidates: string }> {
  const folder = join(WORK, `${candidates}-of-${accounts}-seed-${seed}`);
  const files = { accounts: join(folder, 'accounts.csv'), candidates: join(folder, 'candidates.csv') };
  if (existsSync(files.candidates)) return files;
  mkdirSync(folder, { recursive: true });
  const half = `${files.candidates}.part`;
  await generate({ accounts: files.accounts, candidates: half }, { accounts, candidates, seed });
  renameSync(half, files.candidates);
  return files;
}
