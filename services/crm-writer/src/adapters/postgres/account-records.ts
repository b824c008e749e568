import type { Database } from '@signalbox/platform-postgres';
import type { AccountRecord, AccountRecords } from '../../application/ports.ts';
import type { Connection } from '../../domain/connection.ts';

const OF_ACCOUNTS = `select account_id as "accountId", crm_id as "crmId", name from (
    select m.crm_id, m.name, m.fields ->> $4 as account_id, row_number() over (partition by m.fields ->> $4 order by m.crm_id) as n
    from mirror_records m where m.workspace_id = $1 and m.connection_id = $2 and m.object = $3 and not m.deleted and m.fields ->> $4 = any($5::text[])) r
  where n <= $6 order by account_id, crm_id`;

export class PgAccountRecords implements AccountRecords {
  constructor(private readonly database: Database) {}

  async objects({ workspaceId, id }: Connection, objects: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ object: string }>(
      'select object from mirror_positions where workspace_id = $1 and connection_id = $2 and object = any($3::text[]) and pulled_at is not null order by object', [workspaceId, id, objects]);
    return rows.map((row) => row.object);
  }

  async of({ workspaceId, id }: Connection, object: string, field: string, accountIds: readonly string[], most: number): Promise<AccountRecord[]> {
    const rows = await this.database.query<Omit<AccountRecord, 'object'>>(OF_ACCOUNTS, [workspaceId, id, object, field, accountIds, most]);
    return rows.map((row) => ({ ...row, object }));
  }
}
