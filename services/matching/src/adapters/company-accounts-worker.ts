import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@signalbox/platform-telemetry';
import type { KeepCompanyAccounts } from '../application/keep-company-accounts.ts';

const BETWEEN_LOOKS_MS = 2_000;
/** Where something waits that cannot be decided yet, and between the parts of long work. */
const BETWEEN_ROUNDS_MS = 50;

/** Calls `wake` when something waits; gives the function that stops it. */
export type ListenForQuestions = (wake: () => void) => Promise<() => Promise<void>>;

/** Decides beside the normal work, connection by connection, woken by a notification and by time. Resumes after a stop. */
export class CompanyAccountsWorker {
  private running: Promise<unknown> | undefined;
  private readonly stopping = new AbortController();
  private awake = new AbortController();
  private stopListening: (() => Promise<void>) | undefined;

  constructor(
    private readonly keeping: (stopping: () => boolean) => KeepCompanyAccounts,
    private readonly logger: Logger,
    private readonly listen: ListenForQuestions,
  ) {}

  async start(): Promise<void> {
    this.stopListening = await this.listen(() => this.awake.abort());
    this.running = this.run(this.keeping(() => this.stopping.signal.aborted));
  }

  /** Finishes the batch under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.stopListening?.();
    await this.running;
  }

  private async run(keep: KeepCompanyAccounts): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Made anew before the work: who wakes it meanwhile is seen after it.
      this.awake = new AbortController();
      const { signal } = this.awake;
      const some = await this.round(keep);
      await (some ? this.rest(BETWEEN_ROUNDS_MS) : this.rest(BETWEEN_LOOKS_MS, signal));
    }
  }

  /** True when something waited. */
  private async round(keep: KeepCompanyAccounts): Promise<boolean> {
    try {
      const waiting = await keep.waiting();
      for (const index of waiting) if (!this.stopping.signal.aborted) await keep.turn(index);
      return waiting.length > 0;
    } catch (error) {
      this.logger.error({ err: error }, 'the accounts of companies could not be decided; it is tried again');
      return false;
    }
  }

  private async rest(ms: number, ...until: AbortSignal[]): Promise<void> {
    await pause(ms, undefined, { signal: AbortSignal.any([this.stopping.signal, ...until]) }).catch(() => undefined); // woken, which is no failure
  }
}
