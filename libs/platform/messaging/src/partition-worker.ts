import type { BrokerRecord, MessagingLogger } from './broker.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Turnstile } from './turnstile.ts';
import { WakeUp } from './wake-up.ts';

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

/** Works through one owned partition: one record at a time, in order, the same one again after a failure. */
export class PartitionWorker {
  readonly options: WorkerOptions;
  /** Every offset below this is done. */
  doneBefore: number;
  /** The offset to fetch from. */
  fetchFrom: number;
  private readonly buffer: BrokerRecord[] = [];
  private readonly arrived = new WakeUp();
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.doneBefore = options.from;
    this.fetchFrom = options.from;
    this.running = this.run();
  }

  get wantsMore(): boolean {
    return !this.stopping && this.buffer.length <= this.options.capacity / 2;
  }

  add(records: BrokerRecord[]): void {
    const last = records.at(-1);
    if (!last) return;
    this.buffer.push(...records);
    this.fetchFrom = Number(last.offset) + 1;
    this.arrived.signal();
  }

  /** Resolves when the record under way is finished; no other is begun. */
  stop(): Promise<void> {
    this.stopping = true;
    this.arrived.signal();
    return this.running;
  }

  private async run(): Promise<void> {
    await this.options.after;
    while (!this.stopping) {
      const record = this.buffer[0];
      if (!record) await this.arrived.wait(60_000);
      else if (await this.finish(record)) this.moveOn(record);
    }
  }

  private moveOn(record: BrokerRecord): void {
    this.buffer.shift();
    this.doneBefore = Number(record.offset) + 1;
    this.options.onDone();
    const left = this.buffer.length;
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
        'A record was not handled; its partition waits and tries again.');
      const until = Date.now() + waitMs;
      while (!this.stopping && Date.now() < until) await this.arrived.wait(until - Date.now());
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
