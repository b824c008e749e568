import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { IndexId, Relations } from '../../application/ports.ts';
import { COUNTED_OBJECTS, type CountedObject } from '../../domain/tie-breakers.ts';
import { storable } from './account-rows.ts';

/** A record after a change. */
export interface RelatedRecord {
  recordId: string;
  /** The account that counts it; empty when none does any more: it was deleted, belongs to none, or is no open deal. */
  accountId: string;
}

const HERE = 'workspace_id = $1 and connection_id = $2';
const here = ({ workspaceId, connectionId }: IndexId) => [workspaceId, connectionId];

/** Which records of the CRM belong to which accounts, for the tie-breakers that count them. */
export class PgRelations implements Relations {
  constructor(private readonly database: Database) {}

  /** Takes changes in, in the mirror's order; what is older than what is known changes nothing. */
  async take(tx: Transaction, index: IndexId, object: CountedObject, records: readonly RelatedRecord[], sequence: number): Promise<void> {
    await tx.execute(`insert into relation_positions as p (workspace_id, connection_id, object, sequence) values ($1, $2, $3, $4)
      on conflict (workspace_id, connection_id, object) do update set sequence = greatest(p.sequence, excluded.sequence)`, [...here(index), object, sequence]);
    const latest = [...new Map(records.map((record) => [storable(record.recordId), storable(record.accountId)]))];
    if (latest.length === 0) return;
    await tx.execute(`insert into account_relations as r (workspace_id, connection_id, object, record_id, account_id, sequence)
      select $1, $2, $3, u.record_id, u.account_id, $4 from unnest($5::text[], $6::text[]) as u (record_id, account_id) order by u.record_id
      on conflict (workspace_id, connection_id, object, record_id) do update set account_id = excluded.account_id, sequence = excluded.sequence where r.sequence <= excluded.sequence`,
    [...here(index), object, sequence, latest.map(([id]) => id), latest.map(([, account]) => account)]);
  }

  /** The connection was deleted. */
  async remove(tx: Transaction, index: IndexId): Promise<void> {
    for (const table of ['account_relations', 'relation_positions']) await tx.execute(`delete from ${table} where ${HERE}`, here(index));
  }

  async position(index: IndexId, object: CountedObject): Promise<{ sequence: number; accounts: number }> {
    const [row] = await this.database.query<{ sequence: number; accounts: number }>(
      `select sequence, (select count(*) from account_relations r where r.${HERE} and r.object = $3 and r.account_id <> '') as accounts from relation_positions where ${HERE} and object = $3`, [...here(index), object]);
    return row ?? { sequence: 0, accounts: 0 };
  }

  async countsOf(index: IndexId, accountIds: readonly string[], objects: readonly CountedObject[]): Promise<ReadonlyMap<CountedObject, ReadonlyMap<string, number>>> {
    const known = await this.database.query<{ object: CountedObject }>(`select object from relation_positions where ${HERE} and object = any($3::text[])`, [...here(index), objects]);
    const counts = new Map(known.map(({ object }) => [object, new Map(accountIds.map((id) => [id, 0]))]));
    if (counts.size === 0) return counts;
    const rows = await this.database.query<{ object: CountedObject; account_id: string; records: number }>(
      `select object, account_id, count(*) as records from account_relations where ${HERE} and account_id = any($3::text[]) and account_id <> '' and object = any($4::text[]) group by object, account_id`,
      [...here(index), accountIds.map(storable), [...counts.keys()]]);
    for (const { object, account_id: accountId, records } of rows) counts.get(object)?.set(accountId, records);
    return counts;
  }

  async mirrored(workspaceId: string): Promise<ReadonlySet<CountedObject>> {
    const rows = await this.database.query<{ object: CountedObject }>('select distinct object from relation_positions where workspace_id = $1 and object = any($2::text[])', [workspaceId, [...COUNTED_OBJECTS]]);
    return new Set(rows.map(({ object }) => object));
  }
}
