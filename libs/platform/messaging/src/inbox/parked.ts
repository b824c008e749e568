import { invalid, notFound } from '@signalbox/kernel';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { Headers } from '../broker.ts';
import { outboxChannel } from '../outbox/outbox.ts';
import { HEADER } from '../topic.ts';

export interface ParkedMessage {
  id: string;
  workspaceId: string;
  consumer: string;
  eventId: string;
  topic: string;
  key: string;
  payload: Uint8Array;
  headers: Headers;
  reasonCode: string;
  reason: string;
  attempts: number;
  parkedAt: Date;
  replayedAt: Date | null;
}

export interface ParkedFilter {
  id?: string;
  workspaceId?: string;
  consumer?: string;
  topic?: string;
  reasonCode?: string;
}

export interface ListParkedOptions extends ParkedFilter {
  /** Those already replayed as well. Default false. */
  includeReplayed?: boolean;
  /** Default 100, at most 1000. Newest first. */
  limit?: number;
  /** Only those parked before this, for the next page. */
  before?: Date;
  /** Only those after this one in the list, for the next page of a list of several services. */
  after?: { parkedAt: Date; id: string };
  /** Only those in whose bytes this text stands, e.g. an id. */
  mentions?: string;
}

const COLUMNS = `id, workspace_id as "workspaceId", consumer, event_id as "eventId", topic, key, payload, headers,
  reason_code as "reasonCode", reason, attempts, parked_at as "parkedAt", replayed_at as "replayedAt"`;

const MATCHES = `($1::text is null or workspace_id = $1) and ($2::text is null or consumer = $2) and ($3::text is null or topic = $3)
  and ($4::text is null or reason_code = $4) and ($5::text is null or id::text = $5)`;

/** The messages a service has put aside, newest first; those that were given up are not among them. */
export function listParked(database: Database, options: ListParkedOptions = {}): Promise<ParkedMessage[]> {
  const limit = options.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw invalid('messaging.limit', 'limit must be a whole number from 1 to 1000.', { field: 'limit' });
  return database.query<ParkedMessage>(`select ${COLUMNS} from parked_messages
    where ${MATCHES} and discarded_at is null and ($6 or replayed_at is null) and ($7::timestamptz is null or parked_at < $7)
      and ($8::timestamptz is null or (date_trunc('milliseconds', parked_at), id::text) < ($8, $9))
      and ($10::text is null or position(convert_to($10, 'UTF8') in payload) > 0)
    order by date_trunc('milliseconds', parked_at) desc, id::text desc limit $11`,
  [...filterValues(options), options.includeReplayed ?? false, options.before ?? null, options.after?.parkedAt ?? null, options.after?.id ?? null, options.mentions ?? null, limit]);
}

/**
 * Gives parked messages back to the consumer that parked them, through the outbox and the topic they came from, with their
 * own event id; other consumers of the topic ignore them. One id (NotFound when it is not parked) or all that match a filter.
 * Gives how many. Their old place in the order of their key is gone: later messages of the key were handled meanwhile.
 */
export function replayParked(database: Database, which: string | ParkedFilter): Promise<number> {
  return database.transaction(async (tx) => {
    const filter = typeof which === 'string' ? { id: which } : which;
    const rows = await take(tx, filter);
    if (filter.id !== undefined && rows.length === 0) throw notParked(filter.id);
    for (const row of rows) await giveBack(tx, row);
    await tx.query('select pg_notify($1, $2)', [outboxChannel(database.schema), '']);
    return rows.length;
  });
}

/**
 * Gives a parked message up, in the transaction that does what has to be done instead of handling it. It stays on record,
 * and comes to its consumer no more. @throws NotFound `messaging.parked.unknown`
 */
export async function discardParked(tx: Transaction, { workspaceId, id }: { workspaceId: string; id: string }): Promise<void> {
  const discarded = await tx.execute(`update parked_messages set discarded_at = now()
    where workspace_id = $1 and id::text = $2 and replayed_at is null and discarded_at is null`, [workspaceId, id]);
  if (discarded === 0) throw notParked(id);
}

const notParked = (id: string) => notFound('messaging.parked.unknown', `No message is parked under the id ${id}, or it was replayed or given up already.`, { field: 'id' });

function take(tx: Transaction, filter: ParkedFilter): Promise<ParkedMessage[]> {
  return tx.query<ParkedMessage>(`with taken as (
      update parked_messages set replayed_at = now() where replayed_at is null and discarded_at is null and ${MATCHES} returning *)
    select ${COLUMNS} from taken order by parked_at, id`, filterValues(filter));
}

async function giveBack(tx: Transaction, row: ParkedMessage): Promise<void> {
  await tx.execute(`update inbox set parked_at = null, started_attempts = 0, finished_attempts = 0, failed_attempts = 0
    where workspace_id = $1 and consumer = $2 and event_id = $3`, [row.workspaceId, row.consumer, row.eventId]);
  await tx.execute(`insert into outbox (workspace_id, event_id, topic, key, payload, headers) values ($1, $2, $3, $4, $5, $6::jsonb)`,
    [row.workspaceId, row.eventId, row.topic, row.key, row.payload, JSON.stringify({ ...row.headers, [HEADER.replayFor]: row.consumer })]);
}

const filterValues = (filter: ParkedFilter) =>
  [filter.workspaceId ?? null, filter.consumer ?? null, filter.topic ?? null, filter.reasonCode ?? null, filter.id ?? null];
