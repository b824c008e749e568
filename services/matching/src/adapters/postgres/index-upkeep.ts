import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@signalbox/platform-telemetry';
import type { PgAccountIndex } from './account-index.ts';

const AT_ONCE = 1_000;
const BETWEEN_LOOKS_MS = 2_000;

/**
 * Beside the normal work: after an upgrade that changes what a profile is, works the index out anew; and counts words when enough
 * accounts have changed. Resumes after a stop.
 */
export class IndexUpkeep {
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly index: PgAccountIndex,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.renewAll();
        await this.index.recount();
      } catch (error) {
        this.logger.error({ err: error }, 'the match index could not be brought up to date; it is tried again');
      }
      await pause(BETWEEN_LOOKS_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
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
