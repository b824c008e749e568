import { asSignalboxError, backoffMs } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { BrokerRecord, MessagingLogger } from '../broker.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { Turnstile } from '../turnstile.ts';
import { WakeUp } from '../wake-up.ts';
import { firstHeld, heldKeys, letGo, makeDue, postpone, releaseChannel, type HeldKey, type Release } from './held.ts';

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

/** What a dead process has put aside is looked for this often; what this process puts aside wakes it, and so does a release. */
const LOOK_EVERY_MS = 5_000;
/** Before a key at which another process is at work is looked at again. */
const BUSY_MS = 1_000;
/** Between looks that failed: the database may be back at once, and the time of a message may have come meanwhile. */
const AFTER_PROBLEM = { initialMs: 100, maximumMs: LOOK_EVERY_MS, factor: 2, jitter: 0.3 };
/** Releases that are remembered: one matters only to attempts that were under way when it came. */
const RELEASES_KEPT = 1_000;

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
  private readonly releases: (Release & { at: number })[] = [];
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private stopListening: () => Promise<void> = async () => undefined;

  constructor(options: HeldDriverOptions) {
    this.options = options;
    this.turnstile = new Turnstile(options.concurrency);
  }

  async start(): Promise<void> {
    if (this.stopping) return;
    this.running = this.run();
    const { database } = this.options;
    this.stopListening = await database.listen(releaseChannel(database.schema), (payload) => void this.onRelease(payload));
  }

  /**
   * To be called after a message of this key was put aside. What it waits for may have come since its attempt began (`begun`, of
   * `performance.now`): then it need not wait for its time. A release that is heard of earlier is found here, one that is heard of
   * later finds the message; looking before the message is put aside would miss one that comes in between.
   */
  async afterPuttingAside(begun: number, workspaceId: string, key: string): Promise<void> {
    const { database, topic } = this.options;
    const released = this.releases.some((r) => r.at >= begun && r.workspaceId === workspaceId && key.startsWith(r.keyPrefix));
    if (released) await makeDue(database, { workspaceId, topic, keyPrefix: key });
    this.wake.signal();
  }

  /** A message was put aside, or its time has changed. */
  look(): void {
    this.wake.signal();
  }

  /** Lets the messages under way finish. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.signal();
    await this.stopListening();
    await this.running;
    await Promise.all(this.driven.values());
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping;) {
      try {
        const nextMs = await this.lookForDue();
        failures = 0;
        await this.wake.wait(nextMs);
      } catch (error) {
        failures += 1;
        const { group, topic, logger } = this.options;
        logger.warn({ group, topic, err: error }, 'Held messages could not be looked for; trying again.');
        await this.wake.wait(backoffMs(AFTER_PROBLEM, failures, Math.random()));
      }
    }
  }

  /** Begins with the keys that are due; gives the time until the next is, in milliseconds. */
  private async lookForDue(): Promise<number> {
    const { database, group, topic } = this.options;
    const keys = await heldKeys(database, group, topic);
    const waiting = keys.filter((held) => !this.driven.has(nameOf(held)))
      .map((held) => ({ held, dueInMs: Math.max(held.dueInMs, (this.notBefore.get(nameOf(held)) ?? 0) - Date.now()) }));
    for (const { held, dueInMs } of waiting) if (dueInMs <= 0 && !this.stopping) this.drive(held);
    return Math.min(LOOK_EVERY_MS, ...waiting.filter(({ dueInMs }) => dueInMs > 0).map(({ dueInMs }) => dueInMs));
  }

  /** Without a payload the connection was made anew, and a release may have been missed: the table says what is due. */
  private async onRelease(payload: string | undefined): Promise<void> {
    const { database, topic, group, logger } = this.options;
    try {
      const release = payload === undefined ? undefined : JSON.parse(payload) as Release;
      if (release && release.topic !== topic) return;
      if (release) {
        this.releases.push({ ...release, at: performance.now() });
        if (this.releases.length > RELEASES_KEPT) this.releases.shift();
        // An attempt that failed while the release was on its way has been put aside after it.
        await makeDue(database, release);
      }
    } catch (error) {
      logger.warn({ group, topic, err: error }, 'A release of held messages was not followed; they are tried at their time.');
    }
    this.wake.signal();
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
      const begun = performance.now();
      try {
        await handler(first.record);
      } catch (thrown) {
        const error = asSignalboxError(thrown);
        await postpone(database, first.inbox, { code: error.code, text: error.publicMessage, waitMs: retryDelayMs(error, 1) });
        await this.afterPuttingAside(begun, held.workspaceId, held.key);
        return;
      }
      await letGo(database, first.inbox);
    }
  }
}

const nameOf = (held: HeldKey) => `${held.workspaceId} ${held.key}`;
