import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@signalbox/platform-postgres';
import type { BrokerRecord, Headers, MessagingLogger, SubscribeOptions, Subscription } from '../broker.ts';
import { PartitionWorkers, placeOf } from '../partition-workers.ts';
import { WakeUp } from '../wake-up.ts';
import { Membership, type OwnedPartition } from './membership.ts';

export interface LogSubscriptionOptions extends SubscribeOptions {
  database: Database;
  /** Begins the application_name of every connection of this process's broker. */
  instance: string;
  leaseMs: number;
  pollMs: number;
  logger: MessagingLogger;
}

interface LogRow {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: Buffer;
  headers: Headers;
}

const CAPACITY = 100;
const NOTE_EVERY_MS = 200;

/** One member of a group: owns a share of the partitions, reads them in one query, works on each by itself. */
export class LogSubscription implements Subscription {
  private readonly options: LogSubscriptionOptions;
  private readonly membership: Membership;
  private readonly workers: PartitionWorkers;
  private readonly stopped = new AbortController();
  private readonly fetchWake = new WakeUp();
  private readonly balanceWake = new WakeUp();
  private readonly noteWake = new WakeUp();
  private renewedAt = Date.now();
  private stopping: Promise<void> | undefined;
  private loops: Promise<void>[] = [];

  constructor(options: LogSubscriptionOptions) {
    this.options = options;
    this.membership = new Membership(options.database, options.group, options.topics, randomUUID(), options.instance, options.leaseMs);
    const { handler, concurrency = 4, logger } = options;
    this.workers = new PartitionWorkers({
      handler, concurrency, capacity: CAPACITY, logger, onLow: () => this.fetchWake.signal(), onDone: () => this.noteWake.signal(), onEnded: () => this.balanceWake.signal(),
    });
  }

  /** Joins the group; resolves when the first share is ours. */
  async start(): Promise<void> {
    await this.balance();
    this.loops = [
      this.loop('share partitions', this.balanceWake, this.options.leaseMs / 3, () => this.balance()),
      this.loop('read', this.fetchWake, this.options.pollMs, () => this.fetch()),
      this.loop('note progress', this.noteWake, 60_000, () => this.notePaced()),
    ];
    this.fetchWake.signal();
  }

  /** There may be new records (of this topic, or of any). */
  wakeForRecords(topic?: string): void {
    if (topic === undefined || this.options.topics.includes(topic)) this.fetchWake.signal();
  }

  /** Somebody joined or left (this group, or any). */
  wakeForBalance(group?: string): void {
    if (group === undefined || group === this.options.group) this.balanceWake.signal();
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    await Promise.resolve(); // `stopping` is set before the loops look at it
    this.stopped.abort();
    for (const wake of [this.fetchWake, this.balanceWake, this.noteWake]) wake.signal();
    await Promise.all(this.loops);
    await Promise.all([this.options.onStop?.(), this.workers.stop()]);
    try {
      await this.note();
      await this.membership.leave();
    } catch (error) {
      // The lease ends by itself, and what was not noted comes again.
      this.options.logger.warn({ group: this.options.group, err: error }, 'Could not leave the group in order.');
    }
    for (const worker of this.workers.all()) this.workers.forget(worker);
  }

  private async loop(what: string, wake: WakeUp, everyMs: number, work: () => Promise<boolean | void>): Promise<void> {
    let again = false;
    while (!this.stopping) {
      if (!again) await wake.wait(everyMs);
      if (this.stopping) return;
      try {
        again = (await work()) === true;
      } catch (error) {
        again = false;
        this.options.logger.warn({ group: this.options.group, err: error }, `The log could not be reached (${what}); trying again.`);
        await this.afterProblem(wake);
      }
    }
  }

  /** Without a renewed lease others may take our partitions: stop working on them before that. */
  private async afterProblem(wake: WakeUp): Promise<void> {
    if (Date.now() - this.renewedAt > this.options.leaseMs) {
      for (const worker of this.workers.all()) this.workers.drop(worker);
    }
    await pause(500, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
    wake.signal();
  }

  private async balance(): Promise<void> {
    const { owned, surplus } = await this.membership.balance();
    this.renewedAt = Date.now();
    const ours = new Map([...owned, ...surplus].map((p) => [placeOf(p), p.epoch]));
    for (const worker of this.workers.all()) {
      if (ours.get(placeOf(worker.options)) !== worker.options.epoch) this.workers.drop(worker);
    }
    for (const partition of surplus) this.giveBack(partition);
    for (const partition of owned) {
      if (!this.workers.at(partition) && !this.workers.ends(partition)) this.workers.begin(partition);
    }
    this.fetchWake.signal();
  }

  /** Not awaited by the balancing loop: a long handler must not keep the lease from being renewed. */
  private giveBack(partition: OwnedPartition): void {
    if (this.workers.ends(partition)) return;
    const worker = this.workers.at(partition);
    this.workers.whileEnding(partition, async () => {
      await worker?.stop();
      try {
        await this.note();
        await this.membership.release(partition);
      } catch (error) {
        this.options.logger.warn({ group: this.options.group, err: error }, 'A partition could not be given back yet; trying again.');
      }
      this.workers.forget(worker);
    });
  }

  /** One query for every partition that has room; true when there may be more. */
  private async fetch(): Promise<boolean> {
    const wanting = this.workers.all().filter((worker) => worker.wantsMore);
    if (wanting.length === 0) return false;
    const limit = CAPACITY / 2;
    const rows = await this.options.database.query<LogRow>(`
      select r.* from unnest($1::text[], $2::int[], $3::bigint[]) as w (topic, partition, from_offset)
      cross join lateral (select topic, partition, "offset", key, value, headers from record r
        where r.topic = w.topic and r.partition = w.partition and r."offset" >= w.from_offset order by r."offset" limit ${limit}) r`,
    [wanting.map((w) => w.options.topic), wanting.map((w) => w.options.partition), wanting.map((w) => w.fetchFrom)]);
    const byPlace = new Map<string, BrokerRecord[]>(wanting.map((worker) => [placeOf(worker.options), []]));
    for (const row of rows) byPlace.get(placeOf(row))!.push({ ...row, offset: String(row.offset) });
    for (const worker of wanting) worker.add(byPlace.get(placeOf(worker.options))!);
    return rows.length > 0;
  }

  private async note(): Promise<void> {
    const progress = this.workers.unnoted();
    if (progress.length === 0) return;
    const accepted = await this.membership.note(progress.map(({ worker, doneBefore }) => ({ ...worker.options, doneBefore })));
    for (const one of progress) {
      if (accepted.has(placeOf(one.worker.options))) this.workers.wasNoted(one);
      else this.workers.drop(one.worker);
    }
  }

  /** Progress is noted a few times a second, not per record. */
  private async notePaced(): Promise<void> {
    await this.note();
    await pause(NOTE_EVERY_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
  }
}
