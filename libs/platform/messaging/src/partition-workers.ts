import type { BrokerRecord, MessagingLogger } from './broker.ts';
import { PartitionWorker } from './partition-worker.ts';
import { Turnstile } from './turnstile.ts';

export interface PartitionWorkersOptions {
  handler(record: BrokerRecord): Promise<void>;
  /** Records handled at the same time, over all partitions. */
  concurrency: number;
  /** Records held in memory at most, per partition. */
  capacity: number;
  logger: MessagingLogger;
  /** The partition has room for more. */
  onLow(topic: string, partition: number): void;
  /** There is progress to note. */
  onDone(): void;
  /** Work at a place that was left has come to its end. */
  onEnded?(): void;
}

export interface Place {
  topic: string;
  partition: number;
}

export interface Progress {
  worker: PartitionWorker;
  /** Every offset below this is done. */
  doneBefore: number;
}

export const placeOf = (p: Place) => `${p.topic}/${p.partition}`;

/** The partitions that one member of a group works on, how far each is noted, and those it has left where work is still under way. */
export class PartitionWorkers {
  private readonly options: PartitionWorkersOptions;
  private readonly turnstile: Turnstile;
  private readonly workers = new Map<string, PartitionWorker>();
  private readonly noted = new Map<PartitionWorker, number>();
  /** Places where work is coming to its end; nothing new begins there before. */
  private readonly endings = new Map<string, Promise<unknown>>();

  constructor(options: PartitionWorkersOptions) {
    this.options = options;
    this.turnstile = new Turnstile(options.concurrency);
  }

  all(): PartitionWorker[] {
    return [...this.workers.values()];
  }

  at(place: Place): PartitionWorker | undefined {
    return this.workers.get(placeOf(place));
  }

  ends(place: Place): boolean {
    return this.endings.has(placeOf(place));
  }

  /** Work on a partition from an offset on, once whatever is still under way there has ended. */
  begin({ topic, partition, epoch, from }: Place & { epoch: number; from: number }): PartitionWorker {
    const { handler, capacity, logger, onLow, onDone } = this.options;
    const worker: PartitionWorker = new PartitionWorker({
      topic, partition, epoch, from, handler, capacity, logger, turnstile: this.turnstile, after: this.endings.get(placeOf({ topic, partition })),
      onLow: () => onLow(topic, partition), onDone,
    });
    this.noted.set(worker, from);
    this.workers.set(placeOf(worker.options), worker);
    return worker;
  }

  /** What is done and not yet noted. */
  unnoted(): Progress[] {
    return this.all().filter((worker) => (this.noted.get(worker) ?? 0) < worker.doneBefore).map((worker) => ({ worker, doneBefore: worker.doneBefore }));
  }

  /** It was noted. Of one that was left meanwhile nothing is remembered. */
  wasNoted({ worker, doneBefore }: Progress): void {
    if (this.noted.has(worker)) this.noted.set(worker, doneBefore);
  }

  /** Lost to another member: what is under way may finish, nothing of it will be noted. */
  drop(worker: PartitionWorker): void {
    this.forget(worker);
    this.whileEnding(worker.options, () => worker.stop());
  }

  /** Runs `work`, which ends the work at a place, as its ending: after those before it. */
  whileEnding(place: Place, work: () => Promise<void>): void {
    const name = placeOf(place);
    const ending: Promise<unknown> = Promise.all([this.endings.get(name), work()]).finally(() => {
      if (this.endings.get(name) === ending) this.endings.delete(name);
      this.options.onEnded?.();
    });
    this.endings.set(name, ending);
  }

  forget(worker: PartitionWorker | undefined): void {
    if (!worker) return;
    this.noted.delete(worker);
    if (this.at(worker.options) === worker) this.workers.delete(placeOf(worker.options));
  }

  /** Resolves when everything under way is finished; what is done can be noted then. */
  async stop(): Promise<void> {
    await Promise.all(this.all().map((worker) => worker.stop()));
    await Promise.all(this.endings.values());
  }
}
