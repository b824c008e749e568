import { retryable } from '@signalbox/kernel';
import type { ApiUsage } from './connector.ts';

export interface AllowanceOptions {
  /** Share of the allowance that is left to others, 0 to 100. */
  reservePercent: number;
  /** Called by this name in the error. */
  system: string;
}

/** After this long without an answer the figure is too old to stop for: the CRM's window has moved on. */
const STALE_MS = 5 * 60_000;

/** Watches what the CRM says about its allowance and stops before it is gone, since other systems of the customer share it. */
export class Allowance {
  private last: ApiUsage | undefined;

  constructor(private readonly options: AllowanceOptions, known?: ApiUsage) {
    this.last = known;
  }

  get usage(): ApiUsage | undefined {
    return this.last;
  }

  saw(used: number, allowed: number, now: Date): void {
    this.last = { used, allowed, seenAt: now };
  }

  /** @throws Retryable `connector.allowance_reserved` */
  check(now: Date): void {
    if (!this.last || this.last.allowed <= 0) return;
    const { used, allowed, seenAt } = this.last;
    const age = now.getTime() - seenAt.getTime();
    if (age >= STALE_MS || used < allowed * (1 - this.options.reservePercent / 100)) return;
    throw retryable(
      'connector.allowance_reserved',
      `${used} of the ${allowed} API calls that ${this.options.system} allows are used, and ${this.options.reservePercent}% are kept for other systems. Work goes on when the allowance has recovered; raise it, or lower the connection's reserve, to go on sooner.`,
      STALE_MS - age,
    );
  }
}
