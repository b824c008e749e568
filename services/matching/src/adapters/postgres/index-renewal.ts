import type { Logger } from '@signalbox/platform-telemetry';
import type { PgAccountIndex } from './account-index.ts';

const AT_ONCE = 1_000;

/** After an upgrade that changes what a profile is, works the index out anew, beside the normal work; resumes after a stop. */
export class IndexRenewal {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly index: PgAccountIndex,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    let renewed = 0;
    try {
      while (!this.stopped) {
        const count = await this.index.renew(AT_ONCE);
        renewed += count;
        if (count === 0) break;
      }
      if (renewed > 0) this.logger.info({ accounts: renewed }, 'the match index was made anew for this version');
    } catch (error) {
      this.logger.error({ err: error, accounts: renewed }, 'the match index could not be made anew; it goes on at the next start');
    }
  }
}
