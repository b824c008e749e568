import type { RemoteRecord } from '@signalbox/connectors-sdk';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { MirrorKey } from '../../domain/mirror.ts';
import { lockMirror, takeRecords } from './mirror-writes.ts';

const OF = 'workspace_id = $1 and connection_id = $2 and object = $3';
const where = (key: MirrorKey) => [key.workspaceId, key.connectionId, key.object];
const AT_ONCE = 1_000;

/** From now on the pull reads everything: what it meets is noted, until `sweep` removes the rest. A mirror that holds nothing needs none of it. */
export async function beginSweep(tx: Transaction, key: MirrorKey): Promise<void> {
  await tx.execute(`delete from mirror_met where ${OF}`, where(key));
  await tx.execute(
    `update mirror_positions set sweep_from = case when exists (select from mirror_records where ${OF} and not deleted) then sequence end where ${OF}`, where(key));
}

/** Notes what a page of such a pull holds; of any other pull nothing. */
export async function noteMet(tx: Transaction, key: MirrorKey, records: readonly RemoteRecord[]): Promise<void> {
  if (records.length === 0) return;
  await tx.execute(
    `insert into mirror_met (workspace_id, connection_id, object, crm_id)
     select $1, $2, $3, id from unnest($4::text[]) as g (id) where exists (select from mirror_positions where ${OF} and sweep_from is not null) on conflict do nothing`,
    [...where(key), records.filter((r) => !r.deleted).map((r) => r.id)]);
}

/** No earlier than what the mirror has of the record, whose time is the CRM's, so that its end is taken in. */
const UNMET = `select r.crm_id as id, true as deleted, r.name, r.website, r.country, r.fields, greatest(r.modified_at, $5) as "modifiedAt"
  from mirror_records r join mirror_positions p using (workspace_id, connection_id, object)
  where r.workspace_id = $1 and r.connection_id = $2 and r.object = $3 and r.crm_id > $4 and not r.deleted and r.sequence <= p.sweep_from
    and not exists (select from mirror_met m where m.workspace_id = $1 and m.connection_id = $2 and m.object = $3 and m.crm_id = r.crm_id)
  order by r.crm_id limit ${AT_ONCE}`;

/** Ends a pull that has read everything, and does nothing after any other: what it did not meet is gone from the CRM. Gives how many those were; goes on where it broke off. */
export async function sweep(database: Database, outbox: Outbox, key: MirrorKey, now: Date): Promise<number> {
  let removed = 0;
  // Asked first: the search for what was not met goes through the whole mirror, whatever it finds.
  const begun = await database.query(`select 1 from mirror_positions where ${OF} and sweep_from is not null`, where(key));
  if (begun.length === 0) return 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after;
    after = await database.transaction(async (tx) => {
      if (!await lockMirror(tx, key)) return undefined;
      const gone = await tx.query<RemoteRecord>(UNMET, [...where(key), from, now]);
      removed += (await takeRecords(tx, outbox, key, gone)).removed;
      if (gone.length === AT_ONCE) return gone.at(-1)!.id;
      await tx.execute(`update mirror_positions set sweep_from = null where ${OF}`, where(key));
      await tx.execute(`delete from mirror_met where ${OF}`, where(key));
      return undefined;
    });
  }
  return removed;
}
