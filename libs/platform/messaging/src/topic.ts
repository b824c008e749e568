/**
 * What the product knows about a topic; @signalbox/contracts generates one per event message. `key` is workspace + entity:
 * messages with the same key stay in order.
 */
export interface Topic<T> {
  name: string;
  /** How many partitions a new topic gets. Default 8. */
  partitions?: number;
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
  key(message: T): string;
  workspaceId(message: T): string;
}

export const DEFAULT_PARTITIONS = 8;

/** Names of the headers every event carries. */
export const HEADER = {
  eventId: 'event-id',
  workspaceId: 'workspace-id',
  traceparent: 'traceparent',
  occurredAt: 'occurred-at',
  type: 'type',
  /** On a replayed record: the one consumer it is for. */
  replayFor: 'replay-for',
} as const;
