import { orchestrations } from '@signalbox/contracts';
import { retryable } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { PlanAndRunReader } from './read.ts';
import { RUN_CHANNEL } from './ports.ts';

const { Run, RunState } = orchestrations;
const ENDED = new Set<orchestrations.RunState>([RunState.FINISHED, RunState.CANCELLED, RunState.FAILED]);
/** A look without a notification, for progress that changes with the clock alone and for one that was missed. */
const LOOK_EVERY_MS = 2_000;
/** A watcher is told of a burst of changes once. */
const GATHER_MS = 50;

/** Tells each watcher of a run when to look again; one LISTEN for the whole process. */
export class RunWatch {
  private readonly wakers = new Map<string, Set<() => void>>();
  private unlisten: (() => Promise<void>) | undefined;
  private closed = false;

  constructor(
    private readonly database: Database,
    private readonly reader: PlanAndRunReader,
  ) {}

  async start(): Promise<void> {
    this.unlisten = await this.database.listen(RUN_CHANNEL, (payload) => {
      const chosen = payload === undefined ? [...this.wakers.values()] : [this.wakers.get(payload) ?? []];
      for (const wakers of chosen) for (const wake of wakers) wake();
    });
  }

  /** Ends every watch, and every one that comes after. */
  endAll(): void {
    this.closed = true;
    for (const wakers of this.wakers.values()) for (const wake of wakers) wake();
  }

  async stop(): Promise<void> {
    this.endAll();
    await this.unlisten?.();
  }

  /**
   * The run now, and again each time that it has changed, until it has ended or the signal comes.
   * @throws Retryable `orchestrations.stopping` when this process stops before the run has ended
   */
  async *watch(workspaceId: string, id: string, signal: AbortSignal): AsyncGenerator<orchestrations.Run> {
    const gate = new Gate();
    const leave = this.enter(`${workspaceId}/${id}`, () => gate.open());
    signal.addEventListener('abort', () => gate.open(), { once: true });
    try {
      let last = '';
      while (!signal.aborted) {
        gate.close();
        const run = await this.reader.run(workspaceId, id);
        const seen = JSON.stringify(Run.toJSON(run));
        if (seen !== last) yield run;
        last = seen;
        if (ENDED.has(run.state)) return;
        await gate.passed(LOOK_EVERY_MS);
        if (this.closed) throw retryable('orchestrations.stopping', 'This part of Signalbox is restarting. Watch the run again in a moment.', 1_000);
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      }
    } finally {
      leave();
    }
  }

  private enter(key: string, wake: () => void): () => void {
    const wakers = this.wakers.get(key) ?? new Set();
    wakers.add(wake);
    this.wakers.set(key, wakers);
    return () => {
      wakers.delete(wake);
      if (wakers.size === 0) this.wakers.delete(key);
    };
  }
}

/** Something to wait at: passed when it was opened since it was closed last, or after a time. */
class Gate {
  private isOpen = false;
  private wake: (() => void) | undefined;

  open(): void {
    this.isOpen = true;
    this.wake?.();
  }

  close(): void {
    this.isOpen = false;
  }

  async passed(timeoutMs: number): Promise<void> {
    if (this.isOpen) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    this.wake = undefined;
  }
}
