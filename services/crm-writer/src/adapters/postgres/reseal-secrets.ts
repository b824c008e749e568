import { isSignalboxError } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import { ownerOf } from './connections.ts';
import type { SecretBox } from './secret-box.ts';

export interface Resealed {
  /** Connections whose credentials were encrypted anew. */
  resealed: number;
  /** Those whose key nobody has named: left as they are. */
  unreadable: { workspaceId: string; id: string; name: string; keyId: string }[];
}

interface SealedRow {
  workspace_id: string;
  id: string;
  name: string;
  secrets: Buffer;
  secrets_key_id: string;
}

const NEXT = `select workspace_id, id, name, secrets, secrets_key_id from connections
  where (workspace_id, id) > ($1, $2) and secrets_key_id <> $3 order by workspace_id, id limit 1 for update`;

/**
 * Encrypts the credentials of every connection with the present key, one after the other, each in a transaction of its own; what is
 * done already is passed over, so it may be stopped and begun again at any time. Sessions that are open stay as they are: the
 * credentials themselves do not change.
 */
export async function resealSecrets(database: Database, box: SecretBox, onProgress: (done: Resealed) => void = () => undefined): Promise<Resealed> {
  const done: Resealed = { resealed: 0, unreadable: [] };
  for (let after: [string, string] | undefined = ['', '']; after;) {
    const from: [string, string] = after;
    after = await database.transaction(async (tx) => {
      const [row] = await tx.query<SealedRow>(NEXT, [...from, box.keyId]);
      if (!row) return undefined;
      const owner = ownerOf(row.workspace_id, row.id);
      try {
        const sealed = box.seal(owner, box.open(owner, { bytes: row.secrets, keyId: row.secrets_key_id }));
        await tx.execute('update connections set secrets = $3, secrets_key_id = $4 where workspace_id = $1 and id = $2', [row.workspace_id, row.id, sealed.bytes, sealed.keyId]);
        done.resealed += 1;
      } catch (error) {
        if (!isSignalboxError(error) || error.code !== 'secrets.unreadable') throw error;
        done.unreadable.push({ workspaceId: row.workspace_id, id: row.id, name: row.name, keyId: row.secrets_key_id });
      }
      return [row.workspace_id, row.id];
    });
    onProgress(done);
  }
  return done;
}
