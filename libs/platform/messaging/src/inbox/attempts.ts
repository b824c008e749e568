import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { BrokerRecord } from '../broker.ts';

/** One message as one consumer sees it: the key of its inbox row. */
export interface InboxKey {
  workspaceId: string;
  consumer: string;
  eventId: string;
}

export interface Attempt extends InboxKey {
  /** Which attempt this is, from 1; a later one takes the message over. */
  number: number;
  /** Attempts that ended in an error that will come again. */
  failed: number;
  /** Attempts whose process did not live to see their end. */
  died: number;
}

const of = (key: InboxKey) => [key.workspaceId, key.consumer, key.eventId];

/**
 * Notes that work on the message begins; undefined when it is already done or parked, and, unless it is itself one that was
 * held, when messages of its key are held: then its place is behind them.
 */
export async function begin(database: Database, key: InboxKey, record: BrokerRecord, wasHeld: boolean): Promise<Attempt | undefined> {
  // Counting must outlive the process, not the machine: there is no need to wait for the disk.
  const [row] = await database.query<{ started: number; finished: number; failed: number }>(`
    with quick as materialized (select set_config('synchronous_commit', 'off', true))
    insert into inbox as i (workspace_id, consumer, event_id, topic, started_attempts) select $1, $2, $3, $4, 1 from quick
      where $6 or not exists (select from held_messages h where h.workspace_id = $1 and h.consumer = $2 and h.topic = $4 and h.key = $5)
    on conflict (workspace_id, consumer, event_id) do update set started_attempts = i.started_attempts + 1
      where i.done_at is null and i.parked_at is null
    returning started_attempts as started, finished_attempts as finished, failed_attempts as failed`, [...of(key), record.topic, record.key, wasHeld]);
  if (!row) return undefined;
  return { ...key, number: row.started, failed: row.failed, died: row.started - row.finished - 1 };
}

/** Claims the row for this transaction and notes that it is done; false when it is done already, or was taken over. */
export async function complete(tx: Transaction, attempt: Attempt): Promise<boolean> {
  return await tx.execute(`update inbox set done_at = now(), finished_attempts = started_attempts
    where workspace_id = $1 and consumer = $2 and event_id = $3 and done_at is null and parked_at is null and started_attempts = $4`,
  [...of(attempt), attempt.number]) === 1;
}

/** Notes that an attempt ended in an error; `counts` when it is one that would come again. */
export async function fail(database: Database | Transaction, attempt: Attempt, counts: boolean): Promise<void> {
  await database.execute(`update inbox set finished_attempts = finished_attempts + 1, failed_attempts = failed_attempts + $4
    where workspace_id = $1 and consumer = $2 and event_id = $3`, [...of(attempt), counts ? 1 : 0]);
}

/** Forgets the deaths so far: the message is long, not poisonous. */
export async function madeProgress(database: Database, attempt: Attempt): Promise<void> {
  await database.execute(`update inbox set finished_attempts = started_attempts - 1
    where workspace_id = $1 and consumer = $2 and event_id = $3 and started_attempts = $4`, [...of(attempt), attempt.number]);
}

export interface ParkReason {
  code: string;
  text: string;
  attempts: number;
}

/** Puts the message aside with its reason; the inbox row says so, and the record counts as handled. */
export async function park(database: Database, key: InboxKey, record: BrokerRecord, reason: ParkReason): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute(`update inbox set parked_at = now(), finished_attempts = started_attempts
      where workspace_id = $1 and consumer = $2 and event_id = $3`, of(key));
    await tx.execute(`insert into parked_messages (workspace_id, consumer, event_id, topic, key, payload, headers, reason_code, reason, attempts)
      values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10) on conflict do nothing`,
    [...of(key), record.topic, record.key, Buffer.from(record.value), JSON.stringify(record.headers), reason.code, reason.text, reason.attempts]);
  });
}
