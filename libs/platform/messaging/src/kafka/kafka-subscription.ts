import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { BrokerRecord, Headers, MessagingLogger, SubscribeOptions, Subscription } from '../broker.ts';
import { PartitionWorkers } from '../partition-workers.ts';

export interface KafkaSubscriptionOptions extends SubscribeOptions {
  consumer: Consumer;
  topicPrefix: string;
  logger: MessagingLogger;
}

const CAPACITY = 200;
const COMMIT_EVERY_MS = 200;

/**
 * One member of a Kafka group. The client only fetches: each batch goes into its partition's own queue at once, so a slow or
 * waiting partition never holds up the others or the heartbeat; a full queue pauses the fetching of its partition. Offsets
 * are committed for what is done. On every rebalance all queues are dropped, and what was not committed is fetched again.
 */
export class KafkaSubscription implements Subscription {
  private readonly options: KafkaSubscriptionOptions;
  private readonly consumer: Consumer;
  private readonly workers: PartitionWorkers;
  private readonly paused = new Set<string>();
  private readonly stopped = new AbortController();
  private generation = 0;
  /** Commits under the present membership, at once or not at all: the consumer's own method would repeat it after a rebalance. */
  private commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  private committing: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  constructor(options: KafkaSubscriptionOptions) {
    this.options = options;
    this.consumer = options.consumer;
    const { handler, concurrency = 4, logger } = options;
    this.workers = new PartitionWorkers({ handler, concurrency, capacity: CAPACITY, logger, onLow: (topic, partition) => this.resume(topic, partition), onDone: () => undefined });
  }

  async start(): Promise<void> {
    const { consumer } = this;
    consumer.on(consumer.events.REBALANCING, () => this.dropAll());
    consumer.on(consumer.events.GROUP_JOIN, () => this.dropAll());
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.options.logger.warn({ group: this.options.group, err: payload.error }, 'The Kafka consumer lost its connection; it starts again.');
    });
    await consumer.connect();
    await consumer.subscribe({ topics: this.options.topics.map((topic) => this.options.topicPrefix + topic), fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.take(payload) });
    this.committing = this.commitRepeatedly();
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    await Promise.all([this.options.onStop?.(), this.workers.stop()]);
    this.stopped.abort();
    await this.committing;
    await this.commit();
    await this.consumer.disconnect();
  }

  private async take({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    if (this.stopping) return;
    this.commitNow = commitOffsetsIfNecessary;
    const place = `${batch.topic}/${batch.partition}`;
    const records = batch.messages.map((message) => this.record(batch.topic, batch.partition, message));
    const worker = this.workers.at(batch) ?? this.workers.begin({ topic: batch.topic, partition: batch.partition, epoch: this.generation, from: Number(batch.firstOffset()) });
    worker.add(records.filter((record) => Number(record.offset) >= worker.fetchFrom));
    resolveOffset(batch.lastOffset());
    if (!worker.wantsMore && !this.paused.has(place)) {
      this.paused.add(place);
      this.consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
    }
    await heartbeat();
  }

  private record(topic: string, partition: number, message: KafkaMessage): BrokerRecord {
    const headers: Headers = {};
    for (const [name, value] of Object.entries(message.headers ?? {})) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? String(value.at(-1)) : value.toString();
    }
    return {
      topic: topic.slice(this.options.topicPrefix.length),
      partition,
      offset: message.offset,
      key: message.key?.toString() ?? '',
      value: message.value ?? new Uint8Array(),
      headers,
    };
  }

  private resume(topic: string, partition: number): void {
    if (this.stopping || !this.paused.delete(`${topic}/${partition}`)) return;
    this.consumer.resume([{ topic, partitions: [partition] }]);
  }

  /** The partitions are being dealt anew: what is under way may finish, the queues are fetched again by whoever gets them. */
  private dropAll(): void {
    this.generation += 1;
    this.commitNow = undefined;
    for (const worker of this.workers.all()) {
      this.workers.drop(worker);
      this.resume(worker.options.topic, worker.options.partition);
    }
  }

  private async commitRepeatedly(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.commit();
      await pause(COMMIT_EVERY_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
    }
  }

  private async commit(): Promise<void> {
    const progress = this.workers.unnoted();
    if (progress.length === 0 || !this.commitNow) return;
    try {
      await this.commitNow({
        topics: progress.map(({ worker: { options: { topic, partition } }, doneBefore }) => ({ topic, partitions: [{ partition, offset: String(doneBefore) }] })),
      });
      for (const one of progress) this.workers.wasNoted(one);
    } catch (error) {
      // Normal while the group rebalances: what was done comes again to whoever has the partition then, and is skipped.
      this.options.logger.warn({ group: this.options.group, err: error }, 'Progress could not be committed; trying again.');
    }
  }
}
