import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@signalbox/platform-telemetry';
import type { PgAccountIndex } from './account-index.ts';

const AT_ONCE = 1_000;
const BETWEEN_LOOKS_MS = 2_000;

/** Calls `wake` when accounts wait for their keys; gives the function that stops it. */
export type ListenForPending = (wake: () => void) => Promise<() => Promise<void>>;

/**
 * Beside the normal work: writes the keys of accounts that came in a mass; after an upgrade that changes what a profile is, works
 * the index out anew; and counts words when enough accounts have changed. Resumes after a stop.
 */
export class IndexUpkeep {
  private running: Promise<unknown> | undefined;
  private readonly stopping = new AbortController();
  private awake = new AbortController();
  private stopListening: (() => Promise<void>) | undefined;

  constructor(
    private readonly index: PgAccountIndex,
    private readonly logger: Logger,
    private readonly listen: ListenForPending,
  ) {}

  async start(): Promise<void> {
    this.stopListening = await this.listen(() => this.awake.abort());
    // Side by side: a renewal is long, and what has just come is waited for.
    this.running = Promise.all([this.writePending(), this.tidy()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.stopListening?.();
    await this.running;
  }

  private async writePending(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Made anew before the work: who wakes it meanwhile is seen after it.
      this.awake = new AbortController();
      const { signal } = this.awake;
      await this.tried(async () => {
        while (!this.stopping.signal.aborted && (await this.index.writePending()) > 0);
      });
      await this.rest(signal);
    }
  }

  private async tidy(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.tried(async () => {
        await this.renewAll();
        await this.index.recount();
      });
      await this.rest();
    }
  }

  private async tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error({ err: error }, 'the match index could not be brought up to date; it is tried again');
    }
  }

  private async rest(...until: AbortSignal[]): Promise<void> {
    await pause(BETWEEN_LOOKS_MS, undefined, { signal: AbortSignal.any([this.stopping.signal, ...until]) }).catch(() => undefined);
  }

  private async renewAll(): Promise<void> {
    let renewed = 0;
    while (!this.stopping.signal.aborted) {
      const count = await this.index.renew(AT_ONCE);
      if (count === 0) break;
      renewed += count;
    }
    if (renewed > 0) this.logger.info({ accounts: renewed }, 'the match index was made anew for this version');
  }
}
