import type { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import type { ChangedRecord, MirrorKey } from '../../domain/mirror.ts';
import { announce } from './mirror-writes.ts';

/** Records are changed where they were found, for the same reason as the lines of the ledger. */
const DELETE_OWN = `with found as materialized (
    select m.line, row_number() over (order by g.place) as n from unnest($4::text[]) with ordinality as g (crm_id, place)
    cross join lateral (select r.ctid as line from mirror_records r
      where r.workspace_id = $1 and r.connection_id = $2 and r.object = $3 and r.crm_id = g.crm_id and not r.deleted limit 1) m),
  counter as (
    update mirror_positions set sequence = sequence + (select count(*) from found)
    where workspace_id = $1 and connection_id = $2 and object = $3 returning sequence - (select count(*) from found) as base)
  update mirror_records r set deleted = true, ours = true, sequence = c.base + f.n from counter c cross join found f where r.ctid = f.line
  returning r.crm_id as id, r.name, r.website, r.country, r.fields, r.sequence`;

/** Records that we deleted are deleted in the mirror, and announced as such. The mirror must be locked. */
export async function takeOwnDeletions(tx: Transaction, outbox: Outbox, key: MirrorKey, crmIds: readonly string[], now: Date): Promise<void> {
  const unique = [...new Set(crmIds)];
  if (unique.length === 0) return;
  const gone = await tx.query<Omit<ChangedRecord, 'deleted' | 'modifiedAt'>>(DELETE_OWN, [key.workspaceId, key.connectionId, key.object, unique]);
  await announce(tx, outbox, key, gone.sort((a, b) => a.sequence - b.sequence).map((record) => ({ ...record, deleted: true, modifiedAt: now })));
}
