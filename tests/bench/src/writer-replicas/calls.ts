import type { Stage } from '../crm-writer/stage.ts';

interface Entry {
  at: string;
  operation: string;
  status: number;
  ms: number;
}

interface Report {
  operations: Record<string, number>;
  recent: Entry[];
}

const LOOK_EVERY_MS = 2_000;

/** When each API call reached the sandbox, of which it keeps the last thousand: looked at often enough that none is missed. */
export class Calls {
  readonly times: number[] = [];
  refused = 0;
  private seen = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  private readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async start(): Promise<void> {
    await this.stage.control('DELETE', 'requests');
    this.timer = setInterval(() => { this.looking = this.looking.then(() => this.look()); }, LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.look();
    this.times.sort((a, b) => a - b);
  }

  private async look(): Promise<void> {
    const { operations, recent } = (await this.stage.control('GET', 'requests?full=1')) as Report;
    const total = Object.values(operations).reduce((sum, n) => sum + n, 0);
    const fresh = total - this.seen;
    if (fresh > recent.length) throw new Error(`the sandbox remembers ${recent.length} of ${fresh} calls`);
    this.seen = total;
    for (const call of fresh > 0 ? recent.slice(-fresh) : []) {
      if (call.operation === 'token') continue;
      this.times.push(new Date(call.at).getTime() - call.ms);
      if (call.status === 429 || call.status === 403) this.refused += 1;
    }
  }

  /** Most calls in any window of this length. */
  most(windowMs: number): number {
    let first = 0;
    let most = 0;
    for (const [i, at] of this.times.entries()) {
      while (this.times[first]! <= at - windowMs) first += 1;
      most = Math.max(most, i - first + 1);
    }
    return most;
  }
}
