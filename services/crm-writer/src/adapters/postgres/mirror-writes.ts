import { connectorFor } from '@signalbox/connectors-registry';
import { objectOf, type ObjectManifest, type RemoteRecord } from '@signalbox/connectors-sdk';
import { crmWriter, TOPICS } from '@signalbox/contracts';
import type { Outbox } from '@signalbox/platform-messaging';
import type { Transaction } from '@signalbox/platform-postgres';
import type { TakenIn } from '../../application/ports.ts';
import { belongingOf, type Progress } from '../../domain/belonging.ts';
import { standingOf } from '../../domain/standing.ts';
import { inMessages, type ChangedRecord, type MirrorKey, type OwnWrite } from '../../domain/mirror.ts';

const where = (key: MirrorKey) => [key.workspaceId, key.connectionId, key.object];

/** Raised when more is told of a record than before: 1, when it was made, its newest activity and its owner. */
export const TOLD = 1;
const TOLD_AT_ONCE = 500;
const PROGRESS: Record<Progress, crmWriter.Progress> = { open: crmWriter.Progress.OPEN, won: crmWriter.Progress.WON, lost: crmWriter.Progress.LOST };

/**
 * Takes the mirror's row for this transaction: sequences are given out, and events added, in the order of commits. False when
 * the connection was deleted: nothing may come after the event that says so.
 */
export async function lockMirror(tx: Transaction, key: MirrorKey): Promise<boolean> {
  const lock = () => tx.execute('select 1 from mirror_positions where workspace_id = $1 and connection_id = $2 and object = $3 for update', where(key));
  if ((await lock()) > 0) return true;
  const [connection] = await tx.query('select 1 from connections where workspace_id = $1 and id = $2 for key share', [key.workspaceId, key.connectionId]);
  if (!connection) return false;
  await tx.execute('insert into mirror_positions (workspace_id, connection_id, object, told) values ($1, $2, $3, $4) on conflict do nothing', [...where(key), TOLD]);
  return (await lock()) > 0;
}

interface Taken {
  crm_id: string;
  sequence: number;
  is_new: boolean;
  /** A write of ours that came back. */
  confirmed: boolean;
  /** Of the mirror, after these records. */
  newest: number;
  name: string;
  website: string;
  country: string;
  fields: Record<string, string>;
}

/**
 * The record that stands in the mirror for each that is given, found by its key one after the other. `limit 1` keeps the
 * planner from joining the mirror as a whole instead, which takes it for nearly empty after a first pull, and for much
 * smaller than it is among many connections: half a minute for 16,000 records.
 */
const STANDING = `left join lateral (select * from mirror_records r
    where r.workspace_id = $1 and r.connection_id = $2 and r.object = $3 and r.crm_id = g.crm_id limit 1) m on true`;

/** What we created comes back with the fields that the CRM filled by itself: that completes what is here, and is no news. */
const CONFIRMS = `m.ours and m.modified_at is null and not g.deleted and not m.deleted and (m.name, m.website, m.country) = (g.name, g.website, g.country) and m.fields <@ g.fields`;

/**
 * Stores those of the records that are new or different. A record that is unchanged, older than what is here, or was
 * never here and is deleted, leaves no trace.
 */
const TAKE_IN = `with given as (
    select * from unnest($4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::timestamptz[])
      with ordinality as g (crm_id, deleted, name, website, country, fields, modified_at, place)),
  judged as materialized (
    select g.*, m.sequence as known_sequence,
      case when m.crm_id is null then case when g.deleted then 'nothing' else 'news' end
        when ${CONFIRMS} then 'confirms'
        when (m.modified_at is null or g.modified_at >= m.modified_at) and (m.deleted, m.name, m.website, m.country, m.fields) is distinct from (g.deleted, g.name, g.website, g.country, g.fields) then 'news'
        else 'nothing' end as verdict
    from given g ${STANDING}),
  numbered as (select *, row_number() over (partition by verdict order by place) as n from judged where verdict <> 'nothing'),
  counter as (
    update mirror_positions set sequence = sequence + (select count(*) from judged where verdict = 'news')
    where workspace_id = $1 and connection_id = $2 and object = $3 returning sequence - (select count(*) from judged where verdict = 'news') as base),
  stored as (
    insert into mirror_records (workspace_id, connection_id, object, crm_id, deleted, name, website, country, fields, modified_at, sequence, ours)
    select $1, $2, $3, d.crm_id, d.deleted, d.name, d.website, d.country, d.fields, d.modified_at,
      case d.verdict when 'news' then c.base + d.n else d.known_sequence end, d.verdict = 'confirms'
    from counter c cross join numbered d
    on conflict (workspace_id, connection_id, object, crm_id) do update set deleted = excluded.deleted, name = excluded.name, website = excluded.website,
      country = excluded.country, fields = excluded.fields, modified_at = excluded.modified_at, sequence = excluded.sequence, ours = excluded.ours
    returning crm_id, sequence, ours, xmax = 0 as is_new)
  select s.crm_id, s.sequence, s.is_new, s.ours as confirmed, c.base + (select count(*) from judged where verdict = 'news') as newest from stored s cross join counter c order by s.ours, s.sequence`;

/** Records that the CRM gave, into the mirror and onto the topic. The mirror must be locked. */
export async function takeRecords(tx: Transaction, outbox: Outbox, key: MirrorKey, records: readonly RemoteRecord[]): Promise<TakenIn> {
  const counts: TakenIn = { created: 0, changed: 0, removed: 0, sequence: 0 };
  if (records.length === 0) return counts;
  const byId = new Map(records.map((r) => [r.id, r]));
  const given = [...byId.values()];
  const taken = await tx.query<Taken>(TAKE_IN, [
    ...where(key), given.map((r) => r.id), given.map((r) => r.deleted), given.map((r) => r.name), given.map((r) => r.website), given.map((r) => r.country),
    given.map((r) => JSON.stringify(r.fields)), given.map((r) => r.modifiedAt),
  ]);
  const news = taken.filter((t) => !t.confirmed).map((t): ChangedRecord => ({ ...byId.get(t.crm_id)!, sequence: t.sequence }));
  for (const t of taken) {
    if (t.confirmed) continue;
    if (byId.get(t.crm_id)!.deleted) counts.removed += 1;
    else if (t.is_new) counts.created += 1;
    else counts.changed += 1;
  }
  counts.sequence = news.at(-1)?.sequence ?? 0;
  // What the CRM filled in by itself is told once, with the number that the mirror has reached: who has our write takes it for no older.
  const confirmed = taken.filter((t) => t.confirmed).map((t): ChangedRecord => ({ ...byId.get(t.crm_id)!, sequence: t.newest }));
  await announce(tx, outbox, key, [...news, ...confirmed]);
  return counts;
}

const TAKE_OWN = `with given as (
    select * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[])
      with ordinality as g (crm_id, name, website, country, fields, cleared, place)),
  counter as (
    update mirror_positions set sequence = sequence + $10::bigint
    where workspace_id = $1 and connection_id = $2 and object = $3 returning sequence - $10::bigint as base),
  stored as (
    insert into mirror_records (workspace_id, connection_id, object, crm_id, deleted, name, website, country, fields, modified_at, sequence, ours)
    select $1, $2, $3, g.crm_id, false, coalesce(g.name, m.name, ''), coalesce(g.website, m.website, ''), coalesce(g.country, m.country, ''),
      coalesce(m.fields - array(select jsonb_array_elements_text(g.cleared)), '{}') || g.fields, m.modified_at, c.base + g.place, true
    from counter c cross join given g ${STANDING}
    on conflict (workspace_id, connection_id, object, crm_id) do update set deleted = false, name = excluded.name, website = excluded.website,
      country = excluded.country, fields = excluded.fields, sequence = excluded.sequence, ours = true
    returning crm_id, sequence, name, website, country, fields)
  select * from stored order by sequence`;

/** What our own writes made of records, into the mirror and onto the topic. The mirror must be locked. */
export async function takeOwnWrites(tx: Transaction, outbox: Outbox, key: MirrorKey, writes: readonly OwnWrite[], now: Date): Promise<void> {
  const unique = [...new Map(writes.filter((w) => w.crmId !== '' && !w.deleted).map((w) => [w.crmId, w])).values()];
  if (unique.length === 0) return;
  const taken = await tx.query<Taken>(TAKE_OWN, [
    ...where(key), unique.map((w) => w.crmId), unique.map((w) => w.name ?? null), unique.map((w) => w.website ?? null), unique.map((w) => w.country ?? null),
    unique.map((w) => JSON.stringify(w.values)), unique.map((w) => JSON.stringify(w.cleared)), unique.length,
  ]);
  await announce(tx, outbox, key, taken.map((t) => ({
    id: t.crm_id, deleted: false, name: t.name, website: t.website, country: t.country, fields: t.fields, modifiedAt: now, sequence: t.sequence,
  })));
}

/** What the connection's connector says of the object: which fields tell records of one company apart, and to which account one belongs. */
async function described(tx: Transaction, { workspaceId, connectionId, object }: MirrorKey): Promise<Partial<ObjectManifest>> {
  const [connection] = await tx.query<{ provider: string }>('select provider from connections where workspace_id = $1 and id = $2', [workspaceId, connectionId]);
  return (connection && objectOf(connectorFor(connection.provider).manifest, object)) ?? {};
}

/**
 * Tells the next records once more that an older version of the product has told less of, each as it is now, with the number that the
 * mirror has reached. False when there are no more of them.
 */
export async function tellMore(tx: Transaction, outbox: Outbox, key: MirrorKey): Promise<boolean> {
  if (!await lockMirror(tx, key)) return false;
  const [mirror] = await tx.query<{ sequence: number; told_to: string }>('select sequence, told_to from mirror_positions where workspace_id = $1 and connection_id = $2 and object = $3 and told < $4', [...where(key), TOLD]);
  if (!mirror) return false;
  const records = await tx.query<ChangedRecord>(`select crm_id as id, deleted, name, website, country, fields, modified_at as "modifiedAt" from mirror_records
    where workspace_id = $1 and connection_id = $2 and object = $3 and crm_id > $4 and not deleted order by crm_id limit ${TOLD_AT_ONCE}`, [...where(key), mirror.told_to]);
  await announce(tx, outbox, key, records.map((record) => ({ ...record, sequence: mirror.sequence })));
  const more = records.length === TOLD_AT_ONCE;
  await tx.execute('update mirror_positions set told = $4, told_to = $5 where workspace_id = $1 and connection_id = $2 and object = $3', more ? [...where(key), TOLD - 1, records.at(-1)!.id] : [...where(key), TOLD, '']);
  return more;
}

function belonging(fields: Record<string, string>, object: Partial<ObjectManifest>): Pick<crmWriter.CrmRecord, 'accountId' | 'progress'> {
  const { accountId, progress } = belongingOf(fields, object);
  return { accountId, progress: progress ? PROGRESS[progress] : crmWriter.Progress.UNSPECIFIED };
}

export async function announce(tx: Transaction, outbox: Outbox, key: MirrorKey, changed: readonly ChangedRecord[]): Promise<void> {
  if (changed.length === 0) return;
  const object = await described(tx, key);
  const messages = inMessages(changed).map((records) => crmWriter.CrmRecordsChanged.fromPartial({
    workspaceId: key.workspaceId, connectionId: key.connectionId, object: key.object, sequence: records.at(-1)!.sequence,
    records: records.map((r) => ({ crmId: r.id, object: key.object, deleted: r.deleted, name: r.name, website: r.website, country: r.country, fields: r.fields, modifiedAt: r.modifiedAt, ...standingOf(r.fields, object.standing ?? {}), ...belonging(r.fields, object) })),
  }));
  await outbox.add(tx, TOPICS.crmRecordsChanged, messages);
}
