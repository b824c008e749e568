import { randomUUID } from 'node:crypto';
import { invalid } from '@signalbox/kernel';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Headers } from '../broker.ts';
import { HEADER, type Topic } from '../topic.ts';
import { joined, SLICE } from '../payloads.ts';
import { currentTraceparent } from '../trace.ts';

export interface AddOptions<T> {
  /**
   * The event's id, the same whenever the same event is added again: then consumers take it once. Unique per workspace over all
   * topics. Default: a random one.
   */
  eventId?: (message: T, index: number) => string;
  /** When it happened. Default: now. */
  occurredAt?: Date;
  /** Further headers; the five standard ones cannot be changed. */
  headers?: Headers;
}

/** Kafka's usual limit is 1 MiB for a batch with its envelope. */
export const MAX_PAYLOAD_BYTES = 900_000;

/** The channel on which the outbox of a schema says that it has something. */
export const outboxChannel = (schema: string) => `outbox.${schema}`;

/** Where a service writes its events, in the transaction in which it changes its tables: both happen, or neither. */
export class Outbox {
  /**
   * Adds the messages in the order of the list and gives their event ids. Order per key is the order of adding: change (and so
   * lock) the entity before adding its event, and two transactions cannot add out of turn.
   */
  async add<T>(tx: Transaction, topic: Topic<T>, messages: readonly T[], options: AddOptions<T> = {}): Promise<string[]> {
    if (messages.length === 0) return [];
    const traceparent = currentTraceparent();
    const occurredAt = (options.occurredAt ?? new Date()).toISOString();
    const columns = { workspace: [], event: [], key: [], headers: [] } as Record<string, unknown[]>;
    const payloads: Uint8Array[] = [];
    const eventIds = messages.map((message, index) => {
      const eventId = options.eventId?.(message, index) ?? randomUUID();
      const workspaceId = topic.workspaceId(message);
      columns.workspace!.push(workspaceId);
      columns.event!.push(eventId);
      columns.key!.push(topic.key(message));
      payloads.push(encoded(topic, message));
      columns.headers!.push(JSON.stringify({
        ...options.headers,
        [HEADER.eventId]: eventId,
        [HEADER.workspaceId]: workspaceId,
        [HEADER.traceparent]: traceparent,
        [HEADER.occurredAt]: occurredAt,
        [HEADER.type]: topic.name,
      }));
      return eventId;
    });
    // `order by` before the identity column is filled: rows of one call get their ids in the order of the list.
    await tx.execute(`insert into outbox (workspace_id, event_id, topic, key, payload, headers)
      select w, e, $8, k, ${SLICE('$5')}, h from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $6::int[], $7::int[])
        with ordinality as m (w, e, k, h, start, length, place) order by place`, [...Object.values(columns), ...joined(payloads), topic.name]);
    await tx.query(`select pg_notify('outbox.' || current_schema(), '')`);
    return eventIds;
  }
}

function encoded<T>(topic: Topic<T>, message: T): Uint8Array {
  const bytes = topic.encode(message);
  if (bytes.byteLength > MAX_PAYLOAD_BYTES) {
    throw invalid('messaging.too_large',
      `A message for ${topic.name} has ${bytes.byteLength} bytes; at most ${MAX_PAYLOAD_BYTES} can be sent. Split it.`, { field: topic.name });
  }
  return bytes;
}
