import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, type Consumer, Kafka, logLevel, Partitioners, type Producer, type SASLOptions } from 'kafkajs';
import {
  type Broker, type MessagingLogger, type OutgoingRecord, silentLogger, type SubscribeOptions, type Subscription, type TopicLag, type TopicSpec,
} from '../broker.ts';
import { DEFAULT_PARTITIONS } from '../topic.ts';
import { mapKafkaError } from './kafka-errors.ts';
import { KafkaSubscription } from './kafka-subscription.ts';

export interface KafkaBrokerOptions {
  /** host:port of some of the cluster's brokers. */
  brokers: string[];
  /** How this process is called in the brokers' logs. Default 'signalbox'. */
  clientId?: string;
  /** Put before every topic and group name, so that several installations (or specs) can share a cluster. Default ''. */
  topicPrefix?: string;
  ssl?: boolean;
  sasl?: SASLOptions;
  logger?: MessagingLogger;
  /** A silent member loses its partitions after this, in milliseconds. Default 30 000. */
  sessionTimeoutMs?: number;
  /** Copies of each new topic. Default: the cluster's own default. */
  replicationFactor?: number;
  /** How long records of a new topic are kept, in milliseconds. Must be shorter than the inbox remembers. Default 7 days. */
  retentionMs?: number;
}

const CLUSTER_DEFAULT = -1;
/** A new topic is made known to the brokers one after the other. */
const SERVED_WITHIN_MS = 30_000;
const SERVED_LOOK_MS = 50;
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;
const MAX_MESSAGE_BYTES = 2_000_000;
/** The client sends one batch per partition, and a broker refuses a batch of more than about 1 MB. */
const MAX_REQUEST_BYTES = 800_000;
const RETRY = { initialRetryTime: 100, maxRetryTime: 5000, retries: 6 };

/** The messaging port on Kafka. */
export class KafkaBroker implements Broker {
  private readonly options: KafkaBrokerOptions;
  private readonly prefix: string;
  private readonly logger: MessagingLogger;
  private readonly kafka: Kafka;
  private readonly producer: Producer;
  private readonly admin: Admin;
  private readonly subscriptions = new Set<KafkaSubscription>();
  private adminReady: Promise<void> | undefined;
  private adminUsed = false;
  private closing: Promise<void> | undefined;

  private constructor(options: KafkaBrokerOptions) {
    this.options = options;
    this.prefix = options.topicPrefix ?? '';
    this.logger = options.logger ?? silentLogger;
    this.kafka = new Kafka({
      clientId: options.clientId ?? 'signalbox',
      brokers: options.brokers,
      ssl: options.ssl,
      sasl: options.sasl,
      connectionTimeout: 5000,
      retry: RETRY,
      logLevel: logLevel.ERROR,
      logCreator: () => ({ log }) => this.logger.warn({ kafka: log }, log.message),
    });
    this.producer = this.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1, // a repeated request must not overtake the next one
    });
    this.admin = this.kafka.admin();
  }

  /** Connects the producer; Retryable when no broker answers. */
  static async open(options: KafkaBrokerOptions): Promise<KafkaBroker> {
    const broker = new KafkaBroker(options);
    try {
      await broker.producer.connect();
      return broker;
    } catch (error) {
      await broker.producer.disconnect();
      throw mapKafkaError(error);
    }
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.withAdmin(async (admin) => {
      const present = new Set(await admin.listTopics());
      const missing = topics.filter((topic) => !present.has(this.prefix + topic.name));
      if (missing.length === 0) return;
      // Another process may create them at this moment: the answer is then false, not an error.
      await admin.createTopics({
        // The client's own wait ends with an error where a broker has not heard of the topic yet.
        waitForLeaders: false,
        topics: missing.map((topic) => ({
          topic: this.prefix + topic.name,
          numPartitions: topic.partitions ?? DEFAULT_PARTITIONS,
          replicationFactor: this.options.replicationFactor ?? CLUSTER_DEFAULT,
          configEntries: [
            { name: 'retention.ms', value: String(this.options.retentionMs ?? RETENTION_MS) },
            { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
          ],
        })),
      });
      await untilServed(admin, missing.map((topic) => this.prefix + topic.name));
    });
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    for (const piece of bySize(records)) {
      const topics = new Map<string, OutgoingRecord[]>();
      for (const record of piece) topics.set(record.topic, [...(topics.get(record.topic) ?? []), record]);
      try {
        await this.producer.sendBatch({
          acks: -1,
          topicMessages: [...topics].map(([topic, list]) => ({
            topic: this.prefix + topic,
            messages: list.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers })),
          })),
        });
      } catch (error) {
        throw mapKafkaError(error);
      }
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const topics = [...new Set(options.topics)];
    // A consumer of a missing topic would crash again and again: say so at once instead.
    await this.withAdmin((admin) => admin.fetchTopicMetadata({ topics: topics.map((topic) => this.prefix + topic) }));
    const consumer = this.consumer(this.groupId(options.group, topics));
    const subscription = new KafkaSubscription({ ...options, topics, consumer, topicPrefix: this.prefix, logger: this.logger });
    try {
      await subscription.start();
    } catch (error) {
      await consumer.disconnect();
      throw mapKafkaError(error);
    }
    this.subscriptions.add(subscription);
    return {
      stop: async () => {
        await subscription.stop();
        this.subscriptions.delete(subscription);
      },
    };
  }

  async lag(group: string, topics: readonly string[]): Promise<TopicLag[]> {
    return this.withAdmin((admin) => Promise.all(topics.map(async (topic) => {
      const name = this.prefix + topic;
      const ends = await admin.fetchTopicOffsets(name);
      const groups = await admin.fetchOffsets({ groupId: this.groupId(group, [topic]), topics: [name] });
      const done = new Map(groups[0]?.partitions.map((p) => [p.partition, Number(p.offset)]));
      const lag = ends.reduce((sum, end) => {
        const before = done.get(end.partition) ?? -1;
        return sum + Number(end.high) - (before < 0 ? Number(end.low) : before);
      }, 0);
      return { group, topic, lag };
    })));
  }

  async ping(): Promise<void> {
    await this.withAdmin((admin) => admin.describeCluster());
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
      await this.producer.disconnect();
      await this.adminReady?.catch(() => undefined); // its caller heard of it
      if (this.adminUsed) await this.admin.disconnect();
    })();
    return this.closing;
  }

  /** All members of a Kafka group must read the same topics, so the topics are part of its name. */
  private groupId(group: string, topics: readonly string[]): string {
    return `${this.prefix}${group}.${[...topics].sort().join('+')}`;
  }

  private consumer(groupId: string): Consumer {
    const sessionTimeout = this.options.sessionTimeoutMs ?? 30_000;
    return this.kafka.consumer({
      groupId,
      sessionTimeout,
      rebalanceTimeout: Math.max(sessionTimeout, 10_000),
      heartbeatInterval: Math.floor(sessionTimeout / 10),
      allowAutoTopicCreation: false,
      maxBytesPerPartition: 262_144,
      maxWaitTimeInMs: 250,
      retry: { ...RETRY, restartOnFailure: async () => !this.closing },
    });
  }

  private async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      this.adminUsed = true;
      this.adminReady ??= this.admin.connect();
      await this.adminReady;
      return await work(this.admin);
    } catch (error) {
      this.adminReady = undefined; // connecting again is harmless when it still is connected
      throw mapKafkaError(error);
    }
  }
}

/**
 * Resolves when every partition of the topics answers. That it has a leader is not enough: until the leader has opened it, a batch is
 * taken by some partitions and refused by others, and those that took it get it again.
 * @throws what the brokers say instead when that takes too long
 */
async function untilServed(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + SERVED_WITHIN_MS;
  for (;;) {
    try {
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(SERVED_LOOK_MS);
  }
}

function* bySize(records: readonly OutgoingRecord[]): Generator<OutgoingRecord[]> {
  let piece: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value.byteLength + record.key.length + JSON.stringify(record.headers).length + 64;
    if (piece.length > 0 && bytes + size > MAX_REQUEST_BYTES) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(record);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}
