import { fatal } from '@signalbox/kernel';
import { Database } from '@signalbox/platform-postgres';
import { resealSecrets } from './adapters/postgres/reseal-secrets.ts';
import { migrations, SCHEMA } from './adapters/postgres/migrations.ts';
import { SecretBox } from './adapters/postgres/secret-box.ts';
import type { CrmWriterConfig } from './crm-writer.config.ts';

const REPORT_EVERY = 100;
const connections = (count: number): string => (count === 1 ? '1 connection' : `${count} connections`);

/**
 * Encrypts the credentials of all connections with SIGNALBOX_SECRETS_KEY, reading what was encrypted with
 * SIGNALBOX_PREVIOUS_SECRETS_KEYS. The service may run meanwhile, once all its replicas know both.
 * @throws Fatal `secrets.unreadable` naming the connections that none of the keys opens; all others are done
 */
export async function rotateSecrets(config: Pick<CrmWriterConfig, 'databaseUrl' | 'secretsKey' | 'previousSecretsKeys'>, say: (line: string) => void): Promise<number> {
  const database = await Database.open({ url: config.databaseUrl, schema: SCHEMA, migrations, poolSize: 1 });
  try {
    const { resealed, unreadable } = await resealSecrets(database, new SecretBox(config.secretsKey, config.previousSecretsKeys), (done) => {
      if (done.resealed > 0 && done.resealed % REPORT_EVERY === 0) say(`${connections(done.resealed)} so far`);
    });
    say(`Credentials encrypted with the present key: ${connections(resealed)}.`);
    if (unreadable.length === 0) return resealed;
    const names = unreadable.map(({ workspaceId, name, keyId }) => `'${name}' of the workspace ${workspaceId} (key ${keyId})`).join(', ');
    throw fatal('secrets.unreadable', `No key that was given opens the credentials of ${connections(unreadable.length)}: ${names}. Add their key to SIGNALBOX_PREVIOUS_SECRETS_KEYS and run this again, or enter their credentials again.`);
  } finally {
    await database.close();
  }
}
