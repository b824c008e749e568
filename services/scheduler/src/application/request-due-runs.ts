import type { Clock } from '@signalbox/kernel';
import { settle } from '../domain/occurrences.ts';
import type { SchedulerStore, Taken } from './ports.ts';

const AT_ONCE = 200;

/**
 * Settles every schedule whose time has come; takes no input, so that it makes good whatever a crash left. Any number of replicas
 * may do so at the same time: each takes schedules that no other holds.
 */
export class RequestDueRuns {
  constructor(
    private readonly store: SchedulerStore,
    private readonly clock: Clock,
  ) {}

  /** How many schedules it settled. */
  async run(): Promise<number> {
    let settled = 0;
    for (;;) {
      const count = await this.batch();
      settled += count;
      if (count < AT_ONCE) return settled;
    }
  }

  private batch(): Promise<number> {
    return this.store.transaction(async (tx) => {
      const now = this.clock.now().getTime();
      const due = await tx.dueSchedules(now, AT_ONCE);
      if (due.length === 0) return 0;
      // Read after the locks are held: a change of the sync that we did not wait for has not touched these schedules.
      const syncs = await tx.nightlySyncs([...new Set(due.map((schedule) => schedule.workspaceId))]);
      const taken = due.flatMap((schedule): Taken[] => {
        const sync = syncs.get(schedule.workspaceId);
        return sync ? [{ schedule, ...settle(schedule, sync, now) }] : [];
      });
      await tx.keep(taken, now);
      return taken.length;
    });
  }
}
