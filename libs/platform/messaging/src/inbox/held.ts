import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { BrokerRecord, Headers } from '../broker.ts';
import { fail, type Attempt, type InboxKey } from './attempts.ts';

/** Messages of one key that wait outside the log, so that the other keys of their partition can go on. */
export interface HeldKey {
  workspaceId: string;
  key: string;
  /** Milliseconds until the first of them may be tried again; 0 when it may be now. */
  dueInMs: number;
}

export interface HeldMessage extends HeldKey {
  record: BrokerRecord;
  inbox: InboxKey;
}

interface HeldRow {
  workspaceId: string;
  consumer: string;
  eventId: string;
  topic: string;
  key: string;
  partition: number;
  offset: string;
  payload: Buffer;
  headers: Headers;
  dueInMs: number;
}

const DUE_IN = `greatest(0, coalesce(extract(epoch from retry_at - now()) * 1000, 0))::float8 as "dueInMs"`;

const INSERT = `insert into held_messages (workspace_id, consumer, event_id, topic, key, partition, "offset", payload, headers, reason_code, reason, retry_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, now() + $12::float8 * interval '1 ms') on conflict (workspace_id, consumer, event_id) do nothing`;

const valuesOf = (inbox: InboxKey, record: BrokerRecord) => [
  inbox.workspaceId, inbox.consumer, inbox.eventId, record.topic, record.key, record.partition, record.offset, Buffer.from(record.value), JSON.stringify(record.headers),
];

/** Notes a failed attempt and puts the message aside until its time, both or neither; the record then counts as handled by the broker. */
export async function hold(database: Database, attempt: Attempt, record: BrokerRecord, why: { code: string; text: string; waitMs: number; counts: boolean }): Promise<void> {
  await database.transaction(async (tx) => {
    await fail(tx, attempt, why.counts);
    await tx.execute(INSERT, [...valuesOf(attempt, record), why.code, why.text, why.waitMs]);
  });
}

/**
 * Puts a message behind those of its key that are held; false when it is done or parked already. One that is held comes
 * again when the process died before the broker knew: it keeps its place.
 */
export async function holdBehind(database: Database, inbox: InboxKey, record: BrokerRecord): Promise<boolean> {
  const [known] = await database.query<{ over: boolean }>(`select done_at is not null or parked_at is not null as over from inbox
    where workspace_id = $1 and consumer = $2 and event_id = $3`, [inbox.workspaceId, inbox.consumer, inbox.eventId]);
  if (known?.over) return false;
  await database.execute(INSERT, [...valuesOf(inbox, record), '', '', null]);
  return true;
}

/** The keys of which a consumer holds messages, with the time until each may be tried. */
export function heldKeys(database: Database, consumer: string, topic: string): Promise<HeldKey[]> {
  return database.query<HeldKey>(`select distinct on (workspace_id, key) workspace_id as "workspaceId", key, ${DUE_IN} from held_messages
    where consumer = $1 and topic = $2 order by workspace_id, key, place`, [consumer, topic]);
}

/** The first message held of a key. */
export async function firstHeld(database: Database, consumer: string, topic: string, { workspaceId, key }: HeldKey): Promise<HeldMessage | undefined> {
  const [row] = await database.query<HeldRow>(`select workspace_id as "workspaceId", consumer, event_id as "eventId", topic, key, partition, "offset", payload, headers, ${DUE_IN}
    from held_messages where workspace_id = $1 and consumer = $2 and topic = $3 and key = $4 order by place limit 1`, [workspaceId, consumer, topic, key]);
  if (!row) return undefined;
  const record = { topic: row.topic, partition: row.partition, offset: row.offset, key: row.key, value: row.payload, headers: row.headers };
  return { workspaceId, key, dueInMs: row.dueInMs, record, inbox: { workspaceId, consumer, eventId: row.eventId } };
}

/** Its inbox row says that it is done or parked: the next of its key may go. */
export async function letGo(database: Database, inbox: InboxKey): Promise<void> {
  await database.execute('delete from held_messages where workspace_id = $1 and consumer = $2 and event_id = $3', [inbox.workspaceId, inbox.consumer, inbox.eventId]);
}

export async function postpone(database: Database, inbox: InboxKey, why: { code: string; text: string; waitMs: number }): Promise<void> {
  await database.execute(`update held_messages set retry_at = now() + $4::float8 * interval '1 ms', reason_code = $5, reason = $6
    where workspace_id = $1 and consumer = $2 and event_id = $3`, [inbox.workspaceId, inbox.consumer, inbox.eventId, why.waitMs, why.code, why.text]);
}

/** What was waited for is there, for the keys of a topic that begin so. */
export interface Release {
  workspaceId: string;
  topic: string;
  keyPrefix: string;
}

/** The channel on which the processes of a service tell each other of releases; the payload is a Release as JSON. */
export const releaseChannel = (schema: string) => `held.${schema}`;

/**
 * What was waited for (a connection that was mended, say) is there: held messages of these keys of a topic are tried at once, when the
 * transaction commits, and one whose attempt is just failing does not wait for its time either. Gives how many keys.
 */
export async function releaseHeld(tx: Database | Transaction, workspaceId: string, topic: string, keyPrefix: string): Promise<number> {
  const release: Release = { workspaceId, topic, keyPrefix };
  const keys = await makeDue(tx, release);
  // After the update: who hears of it finds the messages due.
  await tx.query(`select pg_notify('held.' || current_schema(), $1)`, [JSON.stringify(release)]);
  return keys;
}

export function makeDue(tx: Database | Transaction, { workspaceId, topic, keyPrefix }: Release): Promise<number> {
  return tx.execute('update held_messages set retry_at = now() where workspace_id = $1 and topic = $2 and starts_with(key, $3) and retry_at > now()', [workspaceId, topic, keyPrefix]);
}

/** How many messages each consumer of this database holds: what the broker's lag no longer shows. */
export function countHeld(database: Database): Promise<{ consumer: string; messages: number; keys: number }[]> {
  return database.query(`select consumer, count(*) as messages, count(distinct (workspace_id, topic, key)) as keys from held_messages group by consumer order by consumer`);
}
