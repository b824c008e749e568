import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@signalbox/platform-telemetry';
import type { IndexId } from '../application/ports.ts';

const BETWEEN_LOOKS_MS = 2_000;
/** Where something waits that cannot be decided yet, and between the parts of long work. */
const BETWEEN_ROUNDS_MS = 50;

/** Calls `wake` when something waits; gives the function that stops it. */
export type ListenForQuestions = (wake: () => void) => Promise<() => Promise<void>>;

/** What is done for a connection, piece by piece. */
export interface ConnectionWork {
  /** For messages to people: what could not be done. */
  name: string;
  waiting(): Promise<IndexId[]>;
  turn(index: IndexId): Promise<void>;
}

/** Works beside the normal work, connection by connection, woken by a notification and by time. Resumes after a stop. */
export class CompanyAccountsWorker {
  private running: Promise<unknown> | undefined;
  private readonly stopping = new AbortController();
  private awake = new AbortController();
  private stopListening: (() => Promise<void>) | undefined;

  constructor(
    private readonly keeping: (stopping: () => boolean) => ConnectionWork,
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

  private async run(keep: ConnectionWork): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Made anew before the work: who wakes it meanwhile is seen after it.
      this.awake = new AbortController();
      const { signal } = this.awake;
      const some = await this.round(keep);
      await (some ? this.rest(BETWEEN_ROUNDS_MS) : this.rest(BETWEEN_LOOKS_MS, signal));
    }
  }

  /** True when something waited. */
  private async round(keep: ConnectionWork): Promise<boolean> {
    try {
      const waiting = await keep.waiting();
      for (const index of waiting) if (!this.stopping.signal.aborted) await keep.turn(index);
      return waiting.length > 0;
    } catch (error) {
      this.logger.error({ err: error }, `${keep.name} could not be done; it is tried again`);
      return false;
    }
  }

  private async rest(ms: number, ...until: AbortSignal[]): Promise<void> {
    await pause(ms, undefined, { signal: AbortSignal.any([this.stopping.signal, ...until]) }).catch(() => undefined); // woken, which is no failure
  }
}
