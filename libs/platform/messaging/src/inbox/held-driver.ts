import { asSignalboxError } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { BrokerRecord, MessagingLogger } from '../broker.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { Turnstile } from '../turnstile.ts';
import { WakeUp } from '../wake-up.ts';
import { firstHeld, heldKeys, letGo, postpone, type HeldKey } from './held.ts';

export interface HeldDriverOptions {
  database: Database;
  group: string;
  topic: string;
  /** Keys worked on at the same time. */
  concurrency: number;
  /** Resolves when the message is over (done, skipped, parked); rejects when it has to wait longer. */
  handler(record: BrokerRecord): Promise<unknown>;
  logger: MessagingLogger;
}

/** What others (or a dead process) have put aside is looked for this often; what this process puts aside wakes it. */
const LOOK_EVERY_MS = 5_000;
/** Before a key at which another process is at work is looked at again. */
const BUSY_MS = 1_000;

/**
 * Gives held messages to the handler again: each key from its first message on, one at a time, one process per key, the keys
 * independently of each other. A message leaves the table after its inbox row says that it is over.
 */
export class HeldDriver {
  private readonly options: HeldDriverOptions;
  private readonly turnstile: Turnstile;
  private readonly wake = new WakeUp();
  private readonly driven = new Map<string, Promise<void>>();
  private readonly notBefore = new Map<string, number>();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(options: HeldDriverOptions) {
    this.options = options;
    this.turnstile = new Turnstile(options.concurrency);
  }

  start(): void {
    if (!this.stopping) this.running = this.run();
  }

  /** A message was put aside, or its time has changed. */
  look(): void {
    this.wake.signal();
  }

  /** Lets the messages under way finish. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.signal();
    await this.running;
    await Promise.all(this.driven.values());
  }

  private async run(): Promise<void> {
    while (!this.stopping) await this.wake.wait(await this.lookForDue());
  }

  /** Begins with the keys that are due; gives the time until the next is, in milliseconds. */
  private async lookForDue(): Promise<number> {
    const { database, group, topic, logger } = this.options;
    try {
      const keys = await heldKeys(database, group, topic);
      const waiting = keys.filter((held) => !this.driven.has(nameOf(held)))
        .map((held) => ({ held, dueInMs: Math.max(held.dueInMs, (this.notBefore.get(nameOf(held)) ?? 0) - Date.now()) }));
      for (const { held, dueInMs } of waiting) if (dueInMs <= 0 && !this.stopping) this.drive(held);
      return Math.min(LOOK_EVERY_MS, ...waiting.filter(({ dueInMs }) => dueInMs > 0).map(({ dueInMs }) => dueInMs));
    } catch (error) {
      logger.warn({ group, topic, err: error }, 'Held messages could not be looked for; trying again.');
      return LOOK_EVERY_MS;
    }
  }

  private drive(held: HeldKey): void {
    const name = nameOf(held);
    const { database, group, topic, logger } = this.options;
    this.notBefore.delete(name);
    const work = this.turnstile.pass(() => database.tryAdvisoryLock(`held ${group} ${topic} ${name}`, ({ signal }) => this.driveKey(held, signal)))
      .then((taken) => { if (!taken) this.notBefore.set(name, Date.now() + BUSY_MS); })
      .catch((error: unknown) => {
        this.notBefore.set(name, Date.now() + BUSY_MS);
        logger.warn({ group, topic, workspaceId: held.workspaceId, err: error }, 'Held messages could not be given to their handler; trying again.');
      })
      .finally(() => {
        this.driven.delete(name);
        this.wake.signal();
      });
    this.driven.set(name, work);
  }

  private async driveKey(held: HeldKey, signal: AbortSignal): Promise<void> {
    const { database, group, topic, handler } = this.options;
    while (!this.stopping && !signal.aborted) {
      const first = await firstHeld(database, group, topic, held);
      if (!first || first.dueInMs > 0) return;
      try {
        await handler(first.record);
      } catch (thrown) {
        const error = asSignalboxError(thrown);
        await postpone(database, first.inbox, { code: error.code, text: error.publicMessage, waitMs: retryDelayMs(error, 1) });
        return;
      }
      await letGo(database, first.inbox);
    }
  }
}

const nameOf = (held: HeldKey) => `${held.workspaceId} ${held.key}`;
