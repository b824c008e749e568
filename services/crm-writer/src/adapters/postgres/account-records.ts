import { objectOf, type ConnectorManifest } from '@signalbox/connectors-sdk';
import type { Database } from '@signalbox/platform-postgres';
import type { AccountRecord } from '../../application/ports.ts';

/** Enough to say what there is. */
const MOST_EACH = 5;

const OF_ACCOUNTS = `select account_id as "accountId", crm_id as "crmId", name from (
    select m.crm_id, m.name, m.fields ->> $4 as account_id, row_number() over (partition by m.fields ->> $4 order by m.crm_id) as n
    from mirror_records m where m.workspace_id = $1 and m.connection_id = $2 and m.object = $3 and not m.deleted and m.fields ->> $4 = any($5::text[])) r
  where n <= ${MOST_EACH} order by account_id, crm_id`;

/** Objects whose records belong to accounts, and which are mirrored already. */
export async function mirroredOfAccounts(database: Database, key: { workspaceId: string; connectionId: string }, manifest: ConnectorManifest): Promise<string[]> {
  const belonging = manifest.objects.filter((o) => o.account !== undefined).map((o) => o.name);
  if (belonging.length === 0) return [];
  const rows = await database.query<{ object: string }>('select object from mirror_positions where workspace_id = $1 and connection_id = $2 and object = any($3::text[]) and pulled_at is not null order by object',
    [key.workspaceId, key.connectionId, belonging]);
  return rows.map((row) => row.object);
}

/** What belongs to these accounts, as far as it is mirrored; at most five of each object and account. */
export async function recordsOfAccounts(database: Database, key: { workspaceId: string; connectionId: string }, manifest: ConnectorManifest, accountIds: readonly string[]): Promise<AccountRecord[]> {
  const found: AccountRecord[] = [];
  for (const object of await mirroredOfAccounts(database, key, manifest)) {
    const rows = await database.query<Omit<AccountRecord, 'object'>>(OF_ACCOUNTS, [key.workspaceId, key.connectionId, object, objectOf(manifest, object)?.account, accountIds]);
    found.push(...rows.map((row) => ({ ...row, object })));
  }
  return found;
}
