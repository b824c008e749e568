import type { Transaction } from '@signalbox/platform-postgres';
import { advanceRun } from './advance-run.ts';
import { makePlan, type PlanningSettings } from './make-plan.ts';
import type { Mechanism } from './mechanism.ts';
import { WORK_CHANNEL, type PlanClaim } from './ports.ts';

export interface WorkerSettings extends PlanningSettings {
  /** Plans made at the same time by one replica. */
  concurrency: number;
  /** Longest time between two looks for work, in milliseconds; a notification comes sooner. */
  everyMs: number;
}

// Forty attempts, with the longest wait between them, bridge half an hour in which a service or the CRM is away.
export const DEFAULT_WORKER: WorkerSettings = { leaseMs: 30_000, attempts: 40, keepPreviews: 5, concurrency: 2, everyMs: 2_000 };

const STRANDED_AT_ONCE = 20;

/**
 * Looks for work that is due, whoever left it: plans to make and runs to move on. It takes no input but the database, so
 * any number of replicas share the work, and one that dies is taken over when its lease ends.
 */
export class Worker {
  private readonly stopping = new AbortController();
  private readonly making = new Set<Promise<void>>();
  private unlisten: (() => Promise<void>) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly m: Mechanism,
    private readonly settings: WorkerSettings,
  ) {}

  async start(): Promise<void> {
    this.unlisten = await this.m.database.listen(WORK_CHANNEL, () => this.wake());
    this.timer = setInterval(() => this.wake(), this.settings.everyMs);
    this.wake();
  }

  /** Hands back the plans being made; steps under way end first. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.unlisten?.();
    await this.looking;
    await Promise.all(this.making);
  }

  /** Looks for work now; a call while looking makes it look once more. */
  wake(): void {
    if (this.stopping.signal.aborted) return;
    this.again = true;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
  }

  private async look(): Promise<void> {
    while (this.again && !this.stopping.signal.aborted) {
      this.again = false;
      try {
        await this.advanceStranded();
        while (this.making.size < this.settings.concurrency && !this.stopping.signal.aborted) {
          const claim = await this.claim();
          if (!claim) break;
          this.make(claim);
        }
      } catch (error) {
        this.m.logger.warn({ err: error }, 'looking for work failed; it is tried again');
      }
    }
  }

  private claim(): Promise<PlanClaim | undefined> {
    return this.m.steps.run('claim', () => this.m.database.transaction((tx: Transaction) => this.m.plans.claim(tx, this.settings.leaseMs)));
  }

  private make(claim: PlanClaim): void {
    const work = makePlan(this.m, claim, this.settings, this.stopping.signal)
      .catch((error: unknown) => this.m.logger.warn({ plan_id: claim.planId, err: error }, 'a plan was left where it was; its lease will end'))
      .finally(() => {
        this.making.delete(work);
        this.wake();
      });
    this.making.add(work);
  }

  private async advanceStranded(): Promise<void> {
    const stranded = await this.m.runs.stranded(STRANDED_AT_ONCE, this.m.dispatch.window);
    for (const run of stranded) await advanceRun(this.m, run.workspaceId, run.id);
  }
}
