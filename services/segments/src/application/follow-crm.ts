import { asSignalboxError, backoffMs, invalid } from '@signalbox/kernel';
import type { Crm, CrmKey, DueFollow, Follows } from './crm-ports.ts';
import type { Pause } from './ports.ts';

/** The product's own names, which the connectors of all CRMs have in common. */
const ACCOUNT = 'Account';
const OPPORTUNITY = 'Opportunity';

/** First pulls take long: one connection does not wait for another's. */
const AT_ONCE = 4;
const MOST_LOOKED_AT = 100;
const RETRY = { initialMs: 2_000, maximumMs: 300_000, factor: 2, jitter: 0.3 };

export interface FollowerOptions {
  /** Longest time between two looks for what is due, in milliseconds. */
  everyMs: number;
  pause: Pause;
  random: () => number;
  /** Told of a failure, which is tried again. */
  onProblem(key: CrmKey, error: unknown): void;
}

/**
 * Sees to it that what the rules go by is told: matching keeps which companies are accounts, and crm-writer mirrors the opportunities. Each is
 * asked for once, and from then on they tell by themselves. Everything may be asked twice.
 */
export class CrmFollower {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private waking = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(private readonly follows: Follows, private readonly crm: Crm, private readonly options: FollowerOptions) {}

  notify(): void {
    this.waking.abort();
  }

  start(): void {
    this.loop = this.run();
  }

  /** What is under way is broken off; it is asked for again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waking.abort();
    await this.loop;
    await Promise.all(this.running.values());
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.waking = new AbortController();
      const { signal } = this.waking;
      await this.look();
      if (this.stopping.signal.aborted) return;
      await this.options.pause(this.options.everyMs, signal);
    }
  }

  private async look(): Promise<void> {
    try {
      // Those under way, here or in another process, are due still.
      for (const due of await this.follows.due(MOST_LOOKED_AT)) {
        const name = `${due.workspaceId}/${due.connectionId}`;
        if (this.running.size < AT_ONCE && !this.running.has(name)) this.running.set(name, this.begin(name, due));
      }
    } catch (error) {
      this.options.onProblem({ workspaceId: '', connectionId: '' }, error);
    }
  }

  private async begin(name: string, due: DueFollow): Promise<void> {
    try {
      const mine = await this.follows.alone(due, () => this.follow(due));
      this.running.delete(name);
      if (mine) this.notify();
    } catch (error) {
      this.running.delete(name);
      this.options.onProblem(due, error);
    }
  }

  private async follow(due: DueFollow): Promise<void> {
    const { signal } = this.stopping;
    try {
      if (due.accounts) {
        await this.crm.followAccounts(due, signal);
        await this.crm.mirror(due, ACCOUNT, { tellAgain: false }, signal);
        await this.follows.followed(due, 'accounts');
      }
      if (due.opportunities) {
        const { objects, label } = await this.crm.objects(due, signal);
        if (!objects.includes(OPPORTUNITY)) throw invalid('segments.crm.no_opportunities', `${label} connections know no opportunities: conditions on them hold for no company. Choose another connection.`);
        // What was told before this service listened may be gone from the topic.
        await this.crm.mirror(due, OPPORTUNITY, { tellAgain: true }, signal);
        await this.follows.followed(due, 'opportunities');
      }
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asSignalboxError(thrown);
      await this.follows.failed(due, error.publicMessage, backoffMs(RETRY, due.attempts + 1, this.options.random()));
      this.options.onProblem(due, error);
    }
  }
}
