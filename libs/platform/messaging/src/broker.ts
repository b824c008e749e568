/** The messaging port. Payloads are bytes (protobuf); nothing here knows what they mean. Keep it thin enough to swap an adapter. */
export type Headers = Record<string, string>;

export interface OutgoingRecord {
  topic: string;
  /** Records of one topic with the same key keep their order. */
  key: string;
  value: Uint8Array;
  headers: Headers;
}

export interface BrokerRecord extends OutgoingRecord {
  partition: number;
  /** Place in the partition, counted from 0, as text (a Kafka offset may be wider than a number). */
  offset: string;
}

export interface TopicSpec {
  name: string;
  /** Default 8. A topic that is there keeps the number it has: changing it would move keys between partitions. */
  partitions?: number;
}

export interface SubscribeOptions {
  /** Consumers of one group share the partitions; each group sees every record. A new group starts at the oldest record. */
  group: string;
  topics: string[];
  /**
   * Called once at a time per key, in order. When it resolves the record is done. When it throws Retryable the key waits
   * `afterMs` and the same record comes again; any other error does the same with a growing wait. A broker never drops a
   * record: giving up on one is the business of `consume`.
   */
  handler(record: BrokerRecord): Promise<void>;
  /** How many records, of different keys, are worked on at the same time. Default 4. */
  concurrency?: number;
  /** Called when the subscription is stopped, also by the broker's closing; the stop waits for it. */
  onStop?(): Promise<void>;
}

export interface Subscription {
  /** Takes no new record, lets the handlers under way finish, notes what is done, and leaves the group. */
  stop(): Promise<void>;
}

export interface TopicLag {
  group: string;
  topic: string;
  /** Records published and not yet done, over all partitions. */
  lag: number;
}

export interface Broker {
  /** Creates the topics that are missing; safe when many processes do it at once. */
  createTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves when every record is stored durably. On an error some may be stored: publish the same list again. */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** At least once, in order per key. The topics must be there. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  lag(group: string, topics: readonly string[]): Promise<TopicLag[]>;
  /** Rejects with Retryable unless the broker answers. */
  ping(): Promise<void>;
  /** Stops every subscription, then lets go of the connections. */
  close(): Promise<void>;
}

/** The part of a logger messaging uses; pino fits. */
export interface MessagingLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export const silentLogger: MessagingLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };
