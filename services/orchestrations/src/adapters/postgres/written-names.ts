import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { OwnNames, WrittenField, WrittenNames, WrittenNamesRow } from '../../application/ports.ts';

const OF = 'workspace_id = $1 and connection_id = $2 and field = $3';
const key = ({ workspaceId, connectionId, field }: WrittenField) => [workspaceId, connectionId, field];
const AT_ONCE = 5_000;
/** Millions are taken out in steps, each of its own statement. */
const GONE_AT_ONCE = 50_000;

/** Which names we wrote to which account, in PostgreSQL (PSN-5). An account without a row has none of ours. */
export class PostgresWrittenNames implements WrittenNames {
  constructor(private readonly database: Database) {}

  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('select now() as now');
    return row!.now;
  }

  async *all(at: WrittenField): AsyncGenerator<WrittenNamesRow[]> {
    for (let after = ''; ;) {
      const rows: WrittenNamesRow[] = await this.database.query<WrittenNamesRow>(
        `select crm_id as "crmId", names, separator from written_names where ${OF} and crm_id > $4 order by crm_id limit ${AT_ONCE}`, [...key(at), after], { name: 'written names' });
      if (rows.length > 0) yield rows;
      if (rows.length < AT_ONCE) return;
      after = rows.at(-1)!.crmId;
    }
  }

  async hold(tx: Transaction, at: WrittenField, crmIds: readonly string[]): Promise<Map<string, OwnNames>> {
    const rows = await tx.query<WrittenNamesRow>(`select crm_id as "crmId", names, separator from written_names where ${OF} and crm_id = any($4::text[]) order by crm_id for update`, [...key(at), crmIds]);
    return new Map(rows.map((row) => [row.crmId, row]));
  }

  async put(tx: Transaction, at: WrittenField, written: ReadonlyMap<string, OwnNames>): Promise<void> {
    const some = [...written].filter(([, { names }]) => names.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
    const none = [...written].filter(([, { names }]) => names.length === 0).map(([crmId]) => crmId);
    if (some.length > 0) {
      await tx.execute(
        `insert into written_names (workspace_id, connection_id, field, crm_id, names, separator)
         select $1, $2, $3, g.crm_id, array(select jsonb_array_elements_text(g.names)), g.separator from unnest($4::text[], $5::jsonb[], $6::text[]) as g (crm_id, names, separator)
         where not exists (select from gone_connections where workspace_id = $1 and connection_id = $2)
         on conflict (workspace_id, connection_id, field, crm_id) do update set names = excluded.names, separator = excluded.separator, written_at = excluded.written_at`,
        [...key(at), some.map(([crmId]) => crmId), some.map(([, { names }]) => JSON.stringify(names)), some.map(([, { separator }]) => separator)]);
    }
    if (none.length > 0) await tx.execute(`delete from written_names where ${OF} and crm_id = any($4::text[])`, [...key(at), none]);
  }

  async forget(at: WrittenField, gone: ReadonlyMap<string, readonly string[]>, asOf: Date): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<WrittenNamesRow>(
        `select crm_id as "crmId", names, separator from written_names where ${OF} and crm_id = any($4::text[]) and written_at < $5 order by crm_id for update`, [...key(at), [...gone.keys()], asOf]);
      await this.put(tx, at, new Map(rows.map(({ crmId, names, separator }) => [crmId, { names: names.filter((name) => !gone.get(crmId)?.includes(name)), separator }])));
    });
  }

  async forgetConnection(tx: Transaction, workspaceId: string, connectionId: string): Promise<void> {
    await tx.execute('insert into gone_connections (workspace_id, connection_id) values ($1, $2) on conflict do nothing', [workspaceId, connectionId]);
    const step = `delete from written_names where ctid = any(array(select ctid from written_names where workspace_id = $1 and connection_id = $2 limit ${GONE_AT_ONCE}))`;
    while ((await tx.execute(step, [workspaceId, connectionId])) === GONE_AT_ONCE);
  }
}
