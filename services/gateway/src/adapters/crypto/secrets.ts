import { createHash, randomBytes } from 'node:crypto';
import type { Secrets } from '../../application/ports.ts';

const UUID_BYTES = 16;
const RANDOM_BYTES = 32;
const TEXT_LENGTH = Math.ceil(((UUID_BYTES + RANDOM_BYTES) * 4) / 3);

export const sha256 = (text: string | Uint8Array): Uint8Array => createHash('sha256').update(text).digest();

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Secrets of 256 random bits after the workspace's id, in base64url; only their SHA-256 is ever kept. */
export const secrets: Secrets = {
  make(workspaceId) {
    const id = Buffer.from(workspaceId.replaceAll('-', ''), 'hex');
    if (id.length !== UUID_BYTES) throw new Error('a workspace id is a UUID');
    const secret = Buffer.concat([id, randomBytes(RANDOM_BYTES)]).toString('base64url');
    return { secret, hash: sha256(secret) };
  },
  read(secret) {
    if (secret.length !== TEXT_LENGTH || !/^[\w-]+$/.test(secret)) return undefined;
    return { workspaceId: uuidText(Buffer.from(secret, 'base64url').subarray(0, UUID_BYTES)), hash: sha256(secret) };
  },
};
