import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Keys that some are still encrypted with: of a change of keys that has not come to its end. */
  previousSecretsKeys: Buffer[];
}

const SECRETS_KEY = 'secrets.key';
/** The key that is taking its place: there from before the first credential is encrypted with it until the last one is. */
const NEXT_SECRETS_KEY = 'secrets.key.next';

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
  const secretsKey = keyFile(path, SECRETS_KEY);
  const next = existsSync(join(path, NEXT_SECRETS_KEY)) ? keyFile(path, NEXT_SECRETS_KEY) : undefined;
  return { path, postgres: join(path, 'postgres'), serviceKey: keyFile(path, 'service.key'), secretsKey: next ?? secretsKey, previousSecretsKeys: next ? [secretsKey] : [] };
}

/** A new key of secrets beside the present one; the one that is there when a change of keys was broken off. */
export function beginSecretsKey(folder: DataFolder): DataFolder {
  keyFile(folder.path, NEXT_SECRETS_KEY);
  return openDataFolder(folder.path);
}

/** The new key takes the place of the old, which nothing is encrypted with any more. */
export function endSecretsKey(folder: DataFolder): void {
  renameSync(join(folder.path, NEXT_SECRETS_KEY), join(folder.path, SECRETS_KEY));
}

/** Empties a folder of ours, so that a demo begins anew; anything else is left alone and refused by openDataFolder. */
export function emptyDataFolder(path: string): void {
  if (existsSync(join(path, MARKER))) rmSync(path, { recursive: true, force: true });
}
