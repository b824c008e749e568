import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@signalbox/platform-postgres';
import type { BrokerRecord, Headers, MessagingLogger, SubscribeOptions, Subscription } from '../broker.ts';
import { Turnstile } from '../turnstile.ts';
import { WakeUp } from '../wake-up.ts';
import { Membership, type OwnedPartition } from './membership.ts';
import { PartitionWorker } from '../partition-worker.ts';

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
  private readonly turnstile: Turnstile;
  private readonly workers = new Map<string, PartitionWorker>();
  private readonly noted = new Map<PartitionWorker, number>();
  /** Places where work is coming to its end; nothing new begins there before. */
  private readonly endings = new Map<string, Promise<void>>();
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
    this.turnstile = new Turnstile(options.concurrency ?? 4);
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
    await Promise.all([this.options.onStop?.(), ...[...this.workers.values()].map((worker) => worker.stop())]);
    await Promise.all(this.endings.values());
    try {
      await this.note();
      await this.membership.leave();
    } catch (error) {
      // The lease ends by itself, and what was not noted comes again.
      this.options.logger.warn({ group: this.options.group, err: error }, 'Could not leave the group in order.');
    }
    this.workers.clear();
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
      for (const [place, worker] of this.workers) this.drop(place, worker);
    }
    await pause(500, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
    wake.signal();
  }

  private async balance(): Promise<void> {
    const { owned, surplus } = await this.membership.balance();
    this.renewedAt = Date.now();
    const ours = new Map([...owned, ...surplus].map((p) => [placeOf(p), p.epoch]));
    for (const [place, worker] of this.workers) {
      if (ours.get(place) !== worker.options.epoch) this.drop(place, worker);
    }
    for (const partition of surplus) this.giveBack(partition);
    for (const partition of owned) {
      const place = placeOf(partition);
      if (!this.workers.has(place) && !this.endings.has(place)) this.workers.set(place, this.worker(partition));
    }
    this.fetchWake.signal();
  }

  /** Not awaited by the balancing loop: a long handler must not keep the lease from being renewed. */
  private giveBack(partition: OwnedPartition): void {
    const place = placeOf(partition);
    if (this.endings.has(place)) return;
    const worker = this.workers.get(place);
    this.whileEnding(place, async () => {
      await worker?.stop();
      try {
        await this.note();
        await this.membership.release(partition);
      } catch (error) {
        this.options.logger.warn({ group: this.options.group, err: error }, 'A partition could not be given back yet; trying again.');
      }
      this.forget(place, worker);
    });
  }

  private worker(partition: { topic: string; partition: number; epoch: number; from: number }): PartitionWorker {
    const worker: PartitionWorker = new PartitionWorker({
      ...partition,
      handler: this.options.handler,
      turnstile: this.turnstile,
      capacity: CAPACITY,
      logger: this.options.logger,
      onLow: () => this.fetchWake.signal(),
      onDone: () => this.noteWake.signal(),
    });
    this.noted.set(worker, partition.from);
    return worker;
  }

  /** Lost to another member: what is under way may finish, nothing of it will be noted. */
  private drop(place: string, worker: PartitionWorker): void {
    this.forget(place, worker);
    const before = this.endings.get(place);
    this.whileEnding(place, async () => { await Promise.all([before, worker.stop()]); });
  }

  private whileEnding(place: string, work: () => Promise<void>): void {
    const ending: Promise<void> = work().finally(() => {
      if (this.endings.get(place) === ending) this.endings.delete(place);
      this.balanceWake.signal();
    });
    this.endings.set(place, ending);
  }

  private forget(place: string, worker: PartitionWorker | undefined): void {
    if (!worker) return;
    this.noted.delete(worker);
    if (this.workers.get(place) === worker) this.workers.delete(place);
  }

  /** One query for every partition that has room; true when there may be more. */
  private async fetch(): Promise<boolean> {
    const wanting = [...this.workers.values()].filter((worker) => worker.wantsMore);
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
    const changed = [...this.workers.values()].filter((worker) => (this.noted.get(worker) ?? 0) < worker.doneBefore);
    if (changed.length === 0) return;
    const progress = changed.map((worker) => ({ ...worker.options, doneBefore: worker.doneBefore }));
    const accepted = await this.membership.note(progress);
    changed.forEach((worker, i) => {
      if (accepted.has(placeOf(worker.options))) this.noted.set(worker, progress[i]!.doneBefore);
      else this.drop(placeOf(worker.options), worker);
    });
  }

  /** Progress is noted a few times a second, not per record. */
  private async notePaced(): Promise<void> {
    await this.note();
    await pause(NOTE_EVERY_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by stop
  }
}

const placeOf = (p: { topic: string; partition: number }) => `${p.topic}/${p.partition}`;
