import type { Pause } from './ports.ts';

export interface WorkspaceTurnsOptions {
  /** Longest time between two looks at everything, in milliseconds. */
  everyMs: number;
  /** A workspace rests for at least so long between two turns, and for `restFactor` times as long as its turn took. */
  leastRestMs: number;
  restFactor: number;
  /** A turn begins nothing further after so long: other workspaces wait, or the service is to stop. */
  turnMs: number;
  monotonicMs: () => number;
  pause: Pause;
  /** Told of a failure; the work is tried again at the next look. */
  onProblem: (message: string, error: unknown) => void;
}

export interface WorkspaceWork {
  /** For messages to people: what could not be done. */
  name: string;
  /** Workspaces with something to do. */
  waiting(): Promise<readonly string[]>;
  /** True when nothing is left to do in the workspace. */
  turn(workspaceId: string, deadlineMs: number): Promise<boolean>;
}

/**
 * Work beside the normal one, workspace by workspace: woken by a notification for one of them, and by time for all. What it does
 * may be done twice, or by several replicas at once.
 */
export class WorkspaceTurns {
  private readonly waiting = new Set<string>();
  private readonly restUntil = new Map<string, number>();
  private everythingAt = 0;
  private stopped = false;
  private waking = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly work: WorkspaceWork,
    private readonly options: WorkspaceTurnsOptions,
  ) {}

  /** Undefined: something may have been missed, so all workspaces are looked at. */
  notify(workspaceId: string | undefined): void {
    if (workspaceId === undefined) this.everythingAt = 0;
    else this.waiting.add(workspaceId);
    this.waking.abort();
  }

  start(): void {
    this.running = this.run();
  }

  /** Finishes the piece of work under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waking.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const now = this.options.monotonicMs();
      if (now >= this.everythingAt) await this.lookAtEverything(now);
      const ready = [...this.waiting].find((id) => (this.restUntil.get(id) ?? 0) <= now);
      if (ready !== undefined) await this.turn(ready);
      else await this.rest(now);
    }
  }

  private async lookAtEverything(now: number): Promise<void> {
    this.everythingAt = now + this.options.everyMs;
    for (const [id, until] of this.restUntil) if (until <= now) this.restUntil.delete(id);
    await this.attempt(`${this.work.name}: what waits for it could not be looked for.`, async () => {
      for (const id of await this.work.waiting()) this.waiting.add(id);
    });
  }

  private async turn(workspaceId: string): Promise<void> {
    const { monotonicMs, turnMs, leastRestMs, restFactor } = this.options;
    const began = monotonicMs();
    this.waiting.delete(workspaceId);
    await this.attempt(`${this.work.name}: not done for a workspace.`, async () => {
      const done = await this.work.turn(workspaceId, began + turnMs);
      if (!done) this.waiting.add(workspaceId);
    });
    const now = monotonicMs();
    this.restUntil.set(workspaceId, now + Math.max(leastRestMs, (now - began) * restFactor));
  }

  private async attempt(message: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.onProblem(message, error);
    }
  }

  private async rest(now: number): Promise<void> {
    const times = [...this.waiting].map((id) => this.restUntil.get(id) ?? 0);
    const ms = Math.max(0, Math.min(this.everythingAt, ...times) - now);
    this.waking = new AbortController();
    await this.options.pause(ms, this.waking.signal);
  }
}
