import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { BrokerRecord, Headers, MessagingLogger, SubscribeOptions, Subscription } from '../broker.ts';
import { PartitionWorker } from '../partition-worker.ts';
import { Turnstile } from '../turnstile.ts';

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
  private readonly turnstile: Turnstile;
  private readonly workers = new Map<string, PartitionWorker>();
  private readonly committed = new Map<PartitionWorker, number>();
  private readonly paused = new Set<string>();
  private readonly endings = new Map<string, Promise<unknown>>();
  private readonly stopped = new AbortController();
  private generation = 0;
  /** Commits under the present membership, at once or not at all: the consumer's own method would repeat it after a rebalance. */
  private commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  private committing: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  constructor(options: KafkaSubscriptionOptions) {
    this.options = options;
    this.consumer = options.consumer;
    this.turnstile = new Turnstile(options.concurrency ?? 4);
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
    await Promise.all([this.options.onStop?.(), ...[...this.workers.values()].map((worker) => worker.stop())]);
    await Promise.all(this.endings.values());
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
    const worker = this.workers.get(place) ?? this.worker(batch.topic, batch.partition, Number(batch.firstOffset()));
    this.workers.set(place, worker);
    worker.add(records.filter((record) => Number(record.offset) >= worker.fetchFrom));
    resolveOffset(batch.lastOffset());
    if (!worker.wantsMore && !this.paused.has(place)) {
      this.paused.add(place);
      this.consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
    }
    await heartbeat();
  }

  private worker(topic: string, partition: number, from: number): PartitionWorker {
    const place = `${topic}/${partition}`;
    const worker: PartitionWorker = new PartitionWorker({
      topic,
      partition,
      epoch: this.generation,
      after: this.endings.get(place),
      from,
      handler: this.options.handler,
      turnstile: this.turnstile,
      capacity: CAPACITY,
      logger: this.options.logger,
      onLow: () => this.resume(topic, partition),
      onDone: () => undefined,
    });
    this.committed.set(worker, from);
    return worker;
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
    for (const [place, worker] of this.workers) {
      const ending = Promise.all([this.endings.get(place), worker.stop()]).finally(() => {
        if (this.endings.get(place) === ending) this.endings.delete(place);
      });
      this.endings.set(place, ending);
      this.committed.delete(worker);
      this.workers.delete(place);
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
    const changed = [...this.workers.values()].filter((worker) => (this.committed.get(worker) ?? 0) < worker.doneBefore);
    if (changed.length === 0 || !this.commitNow) return;
    const offsets = changed.map((worker) => worker.doneBefore);
    try {
      await this.commitNow({
        topics: changed.map(({ options: { topic, partition } }, i) => ({ topic, partitions: [{ partition, offset: String(offsets[i]) }] })),
      });
      changed.forEach((worker, i) => {
        if (this.committed.has(worker)) this.committed.set(worker, offsets[i]!);
      });
    } catch (error) {
      // Normal while the group rebalances: what was done comes again to whoever has the partition then, and is skipped.
      this.options.logger.warn({ group: this.options.group, err: error }, 'Progress could not be committed; trying again.');
    }
  }
}
