import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '@signalbox/kernel';

const MARKER = 'signalbox-data.json';

export interface DataFolder {
  path: string;
  postgres: string;
  /** 32 bytes: services sign their calls to each other with it. */
  serviceKey: Buffer;
  /** 32 bytes: credentials of connections are encrypted with it. */
  secretsKey: Buffer;
}

function keyFile(folder: string, name: string): Buffer {
  const path = join(folder, name);
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
}

/**
 * The folder with everything that `up` keeps: the database and the two keys. Made when it is missing.
 * @throws Invalid `standalone.data.foreign` for a folder that holds something else
 */
export function openDataFolder(path: string): DataFolder {
  const marker = join(path, MARKER);
  if (existsSync(path) && !existsSync(marker) && readdirSync(path).length > 0) {
    throw invalid('standalone.data.foreign', `${path} holds something that is not Signalbox data. Name an empty or new folder with --data.`, { field: '--data' });
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writeFileSync(marker, `${JSON.stringify({ product: 'signalbox', layout: 1 })}\n`);
  return { path, postgres: join(path, 'postgres'), serviceKey: keyFile(path, 'service.key'), secretsKey: keyFile(path, 'secrets.key') };
}

/** Empties a folder of ours, so that a demo begins anew; anything else is left alone and refused by openDataFolder. */
export function emptyDataFolder(path: string): void {
  if (existsSync(join(path, MARKER))) rmSync(path, { recursive: true, force: true });
}
