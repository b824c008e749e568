import { burstLimit, dailyLimit, secondlyLimit } from '../errors.ts';
import type { HubspotSettings } from '../options.ts';
import type { Session } from '../auth/sessions.ts';

const BURST_MS = 10_000;
/** Public OAuth apps have less than private ones, whatever the account has bought. */
const OAUTH_BURST = 110;

/** Moments within a rolling window. */
class Rolling {
  private moments: number[] = [];
  private readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  count(now: number): number {
    const first = this.moments.findIndex((m) => m > now - this.ms);
    if (first !== 0) this.moments = first < 0 ? [] : this.moments.slice(first);
    return this.moments.length;
  }

  add(now: number): void {
    this.moments.push(now);
  }
}

/** What the account allows: ten rolling seconds, a day, and searches per second (guide: API usage guidelines). */
export class RateLimits {
  private burst = new Rolling(BURST_MS);
  private searches = new Rolling(1_000);
  private readonly settings: HubspotSettings;
  private readonly now: () => number;

  constructor(settings: HubspotSettings, now: () => number) {
    this.settings = settings;
    this.now = now;
  }

  /** Counts a request. @throws HsError 429 when one of the limits is reached; then it is not counted */
  take(session: Session, isSearch: boolean): void {
    const now = this.now();
    if (this.settings.dailyUsage >= this.settings.dailyLimit) throw dailyLimit();
    if (this.burst.count(now) >= this.most(session)) throw burstLimit();
    if (isSearch && this.searches.count(now) >= this.settings.searchesPerSecond) throw secondlyLimit();
    this.burst.add(now);
    if (isSearch) this.searches.add(now);
    this.settings.dailyUsage++;
  }

  /** Search answers carry none; the daily figures are for private apps only. */
  headers(session: Session, isSearch: boolean): Record<string, string> {
    if (isSearch) return {};
    const most = this.most(session);
    const { dailyLimit: daily, dailyUsage } = this.settings;
    return {
      'X-HubSpot-RateLimit-Max': String(most), 'X-HubSpot-RateLimit-Remaining': String(Math.max(0, most - this.burst.count(this.now()))), 'X-HubSpot-RateLimit-Interval-Milliseconds': String(BURST_MS),
      ...(session.kind === 'private-app' ? { 'X-HubSpot-RateLimit-Daily': String(daily), 'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, daily - dailyUsage)) } : {}),
    };
  }

  reset(): void {
    this.burst = new Rolling(BURST_MS);
    this.searches = new Rolling(1_000);
    this.settings.dailyUsage = 0;
  }

  private most(session: Session): number {
    return session.kind === 'oauth' ? Math.min(OAUTH_BURST, this.settings.burstLimit) : this.settings.burstLimit;
  }
}
