import type { Clock } from '@signalbox/kernel';
import type { Imports, Members, Pause } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';

export interface ReconcilerOptions {
  /** Longest time between two looks at everything, in milliseconds. */
  everyMs: number;
  monotonicMs: () => number;
  clock: Clock;
  pause: Pause;
  /** Told of a failure; the work is tried again at the next look. */
  onProblem: (message: string, error: unknown) => void;
}

/** A workspace whose companies keep changing is looked at once in a while, not after every batch of an import. */
const LEAST_REST_MS = 500;
const REST_FACTOR = 2;
/** No further segment is begun after this: other workspaces wait, or the service is to stop. */
const TURN_MS = 5_000;

/**
 * Keeps members up to date with what changed, whoever changed it: woken by a notification for one workspace, and by
 * time for all. Everything it does may be done twice, or by several replicas at once.
 */
export class Reconciler {
  private readonly waiting = new Set<string>();
  private readonly restUntil = new Map<string, number>();
  private everythingAt = 0;
  private stopped = false;
  private waking = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly refresher: RefreshMembers,
    private readonly members: Members,
    private readonly imports: Imports,
    private readonly options: ReconcilerOptions,
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

  /** Finishes the segment under way. */
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
      if (ready !== undefined) await this.refresh(ready);
      else await this.rest(now);
    }
  }

  private async lookAtEverything(now: number): Promise<void> {
    this.everythingAt = now + this.options.everyMs;
    for (const [id, until] of this.restUntil) if (until <= now) this.restUntil.delete(id);
    await this.attempt('Stale segments could not be looked for.', async () => {
      await this.imports.failAbandoned(this.options.clock.now());
      for (const id of await this.members.staleWorkspaces()) this.waiting.add(id);
    });
  }

  private async refresh(workspaceId: string): Promise<void> {
    const began = this.options.monotonicMs();
    this.waiting.delete(workspaceId);
    await this.attempt('The members of a workspace could not be brought up to date.', async () => {
      const done = await this.refresher.refresh(workspaceId, began + TURN_MS);
      if (!done) this.waiting.add(workspaceId);
    });
    const now = this.options.monotonicMs();
    this.restUntil.set(workspaceId, now + Math.max(LEAST_REST_MS, (now - began) * REST_FACTOR));
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
