import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '@signalbox/kernel';
import { rotateSecrets } from '@signalbox/crm-writer';
import { startEmbeddedPostgres } from '@signalbox/platform-postgres';
import { beginSecretsKey, endSecretsKey, openDataFolder } from '../shape/data-folder.ts';
import { DATABASE } from '../shape/start-standalone.ts';

export interface RotateSecretsCommandOptions {
  data: string;
}

/**
 * `signalbox rotate-secrets`: a new key for the credentials of connections, while the product is stopped. Broken off, it goes on
 * where it was at its next start; `up` reads with both keys until then.
 */
export async function rotateSecretsCommand({ data }: RotateSecretsCommandOptions): Promise<number> {
  if (!existsSync(join(data, 'postgres'))) throw invalid('standalone.data.missing', `${data} holds no data of Signalbox. Name the folder that 'signalbox up' keeps them in with --data.`, { field: '--data' });
  const folder = beginSecretsKey(openDataFolder(data));
  const postgres = await startEmbeddedPostgres({ dataDir: folder.postgres, maxConnections: 20 });
  try {
    const databaseUrl = await postgres.createDatabase(DATABASE);
    await rotateSecrets({ databaseUrl, secretsKey: folder.secretsKey, previousSecretsKeys: folder.previousSecretsKeys }, (line) => process.stderr.write(`${line}\n`));
    endSecretsKey(folder);
  } finally {
    await postgres.stop();
  }
  return 0;
}
