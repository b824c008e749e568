import { backoffMs, chunk } from '@signalbox/kernel';
import type { WorkOptions, WriteRow } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { group, lockedSize, takeGroups, type Group } from './groups.ts';

const LOCK_BACKOFF = { initialMs: 250, maximumMs: 5_000, factor: 2.5, jitter: 0.7 };

/** The rows of a run that are still to be sent, in groups; locked ones not before their time. */
export class Waiting {
  constructor(private readonly groups: Group[], private readonly client: SalesforceClient) {}

  get isEmpty(): boolean {
    return this.groups.length === 0;
  }

  /** Those of the next call. */
  take(most: number): Group[] {
    return takeGroups(this.groups, most, this.now());
  }

  first(groups: readonly Group[]): void {
    this.groups.unshift(...groups);
  }

  last(of: Group): void {
    this.groups.push(of);
  }

  /** Rows that were locked: later, and fewer at a time. */
  locked(rows: readonly WriteRow[], of: Group): void {
    if (rows.length === 0) return;
    const times = of.lockedTimes + 1;
    const notBefore = this.now() + backoffMs(LOCK_BACKOFF, times, this.client.parts.random());
    this.groups.push(...chunk(rows, lockedSize(times)).map((few) => group(few, times, notBefore)));
  }

  /** Until the first group may be sent. */
  async pause(work: WorkOptions): Promise<void> {
    const next = Math.min(...this.groups.map((g) => g.notBefore));
    await this.client.parts.wait(Math.max(1, next - this.now()), work.signal);
  }

  private now(): number {
    return this.client.now().getTime();
  }
}
