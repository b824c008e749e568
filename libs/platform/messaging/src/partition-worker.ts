import { setTimeout as pause } from 'node:timers/promises';
import type { BrokerRecord, MessagingLogger } from './broker.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Turnstile } from './turnstile.ts';

export interface WorkerOptions {
  topic: string;
  partition: number;
  /** Counts the owners of the partition: tells this ownership from an earlier one of ours. */
  epoch: number;
  /** Work on the partition that has to end before this begins. */
  after?: Promise<unknown>;
  /** The first offset that is not done. */
  from: number;
  handler(record: BrokerRecord): Promise<void>;
  turnstile: Turnstile;
  /** Records held in memory at most. */
  capacity: number;
  onLow(): void;
  onDone(): void;
  logger: MessagingLogger;
}

/**
 * Works through one owned partition. Records of one key are handled one at a time and in order, the same one again after a
 * failure; those of different keys side by side. Only what has nothing unfinished before it counts as done: after a
 * restart a record that was quicker than an earlier one may come again.
 */
export class PartitionWorker {
  readonly options: WorkerOptions;
  /** Every offset below this is done. */
  doneBefore: number;
  /** The offset to fetch from. */
  fetchFrom: number;
  /** Offsets received and not done, in order. */
  private readonly open = new Set<number>();
  /** Records of each key that is worked on, the one in hand first. */
  private readonly queues = new Map<string, BrokerRecord[]>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopped = new AbortController();

  constructor(options: WorkerOptions) {
    this.options = options;
    this.doneBefore = options.from;
    this.fetchFrom = options.from;
  }

  get wantsMore(): boolean {
    return !this.stopping && this.open.size <= this.options.capacity / 2;
  }

  add(records: BrokerRecord[]): void {
    const last = records.at(-1);
    if (!last || this.stopping) return;
    this.fetchFrom = Number(last.offset) + 1;
    for (const record of records) {
      this.open.add(Number(record.offset));
      const queue = this.queues.get(record.key);
      if (queue) queue.push(record);
      else this.begin(record);
    }
  }

  /** Resolves when the records in hand are finished; no other is begun. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.options.after;
    await Promise.all(this.running);
  }

  private get stopping(): boolean {
    return this.stopped.signal.aborted;
  }

  private begin(record: BrokerRecord): void {
    const queue = [record];
    this.queues.set(record.key, queue);
    const work: Promise<void> = this.run(record.key, queue).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  private async run(key: string, queue: BrokerRecord[]): Promise<void> {
    await this.options.after;
    for (let record = queue[0]; record && !this.stopping; record = queue[0]) {
      if (!(await this.finish(record))) return;
      queue.shift();
      if (queue.length === 0) this.queues.delete(key);
      this.moveOn(record);
    }
  }

  private moveOn(record: BrokerRecord): void {
    this.open.delete(Number(record.offset));
    const [first] = this.open;
    this.doneBefore = first ?? this.fetchFrom;
    this.options.onDone();
    const left = this.open.size;
    if (left === 0 || left === Math.floor(this.options.capacity / 2)) this.options.onLow();
  }

  /** Until the handler accepts the record; false when stopped first. Waiting takes no place in the turnstile. */
  private async finish(record: BrokerRecord): Promise<boolean> {
    for (let failures = 1; !this.stopping; failures += 1) {
      const error = await this.options.turnstile.pass(() => this.stopping ? Promise.resolve('stopped') : this.attempt(record));
      if (error === undefined) return true;
      if (error === 'stopped') return false;
      const waitMs = retryDelayMs(error, failures);
      this.options.logger.warn({ topic: record.topic, partition: record.partition, offset: record.offset, waitMs, err: error },
        'A record was not handled; its key waits and tries again.');
      await pause(waitMs, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
    }
    return false;
  }

  private async attempt(record: BrokerRecord): Promise<unknown> {
    try {
      await this.options.handler(record);
      return undefined;
    } catch (error) {
      return error ?? new Error('The handler threw nothing.');
    }
  }
}
