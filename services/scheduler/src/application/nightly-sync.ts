import type { Clock } from '@signalbox/kernel';
import { checkedNightlySync, DEFAULT_TIME_OF_DAY, FALLBACK_TIME_ZONE, type NightlySync } from '../domain/nightly-sync.ts';
import { isTimeZone } from '../domain/local-time.ts';
import { changeNightlySync } from './change-nightly-sync.ts';
import type { SchedulerStore, WorkspaceZones } from './ports.ts';

/** Told when the workspace's zone could not be had and UTC stands in. */
export type OnFallback = (workspaceId: string, error: unknown) => void;

const ASK_AGAIN_MS = { provisional: 30_000, default: 10 * 60_000 };
const AT_ONCE = 50;

/** A workspace's nightly sync: chosen, or by default 02:00 in the workspace's own zone, followed when that changes. */
export class NightlySyncs {
  constructor(
    private readonly store: SchedulerStore,
    private readonly zones: WorkspaceZones,
    private readonly clock: Clock,
    private readonly onFallback: OnFallback,
  ) {}

  async get(workspaceId: string): Promise<NightlySync> {
    return (await this.store.nightlySyncOf(workspaceId)) ?? { timeOfDay: DEFAULT_TIME_OF_DAY, timeZone: (await this.ask(workspaceId)) ?? FALLBACK_TIME_ZONE };
  }

  /** @throws Invalid `scheduler.nightly_sync.time_of_day`, `scheduler.nightly_sync.time_zone` */
  put(workspaceId: string, sync: NightlySync): Promise<NightlySync> {
    const checked = checkedNightlySync(sync);
    return this.store.transaction((tx) => changeNightlySync(tx, { workspaceId, ...checked, chosen: true, provisional: false }, this.clock.now().getTime()));
  }

  /** Gives workspaces with schedules their default, and follows their zones; how many it asked for. */
  async followZones(): Promise<number> {
    const now = this.clock.now().getTime();
    const workspaceIds = await this.store.workspacesToAsk({ provisional: now - ASK_AGAIN_MS.provisional, default: now - ASK_AGAIN_MS.default }, AT_ONCE);
    for (const workspaceId of workspaceIds) {
      const zone = await this.ask(workspaceId);
      const known = await this.store.nightlySyncOf(workspaceId);
      // Not knowing is no reason to leave a zone that is known.
      if (zone !== undefined || !known) {
        const change = { workspaceId, timeOfDay: DEFAULT_TIME_OF_DAY, timeZone: zone ?? FALLBACK_TIME_ZONE, chosen: false, provisional: zone === undefined };
        await this.store.transaction((tx) => changeNightlySync(tx, change, this.clock.now().getTime()));
      }
      await this.store.noteAsked(workspaceId, now);
    }
    return workspaceIds.length;
  }

  private async ask(workspaceId: string): Promise<string | undefined> {
    try {
      const zone = await this.zones.zoneOf(workspaceId);
      if (isTimeZone(zone)) return zone;
      this.onFallback(workspaceId, new Error(`The workspace's time zone "${zone}" is not known here.`));
    } catch (error) {
      this.onFallback(workspaceId, error);
    }
    return undefined;
  }
}
