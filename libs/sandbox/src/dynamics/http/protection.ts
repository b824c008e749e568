import type { DynamicsSettings } from '../options.ts';

const WINDOW_MS = 300_000;
const TIME_LIMIT_MS = 1_200_000;

/** The service protection of one user on one web server: requests and their time in a sliding window of five minutes. */
export class Protection {
  private readonly now: () => number;
  private readonly settings: DynamicsSettings;
  /** Seconds with the requests and milliseconds used in each. */
  private seconds: { at: number; requests: number; ms: number }[] = [];

  constructor(now: () => number, settings: DynamicsSettings) {
    this.now = now;
    this.settings = settings;
  }

  /** Counts a request in. Answers how long to stay away when there were too many already. */
  enter(): { allowed: boolean; retryAfterSeconds: number } {
    const second = Math.floor(this.now() / 1000);
    this.seconds = this.seconds.filter((s) => s.at > second - WINDOW_MS / 1000 && s.at <= second);
    const used = this.seconds.reduce((sum, s) => sum + s.requests, 0);
    if (used >= this.settings.requestLimit) return { allowed: false, retryAfterSeconds: Math.max(1, (this.seconds[0]?.at ?? second) + WINDOW_MS / 1000 - second) };
    const last = this.seconds.at(-1);
    if (last?.at === second) last.requests++;
    else this.seconds.push({ at: second, requests: 1, ms: 0 });
    return { allowed: true, retryAfterSeconds: 0 };
  }

  headers(): Record<string, string> {
    const used = this.seconds.reduce((sum, s) => sum + s.requests, 0);
    return {
      'x-ms-ratelimit-burst-remaining-xrm-requests': String(Math.max(0, this.settings.requestLimit - used)),
      'x-ms-ratelimit-time-remaining-xrm-requests': (TIME_LIMIT_MS / 1000).toFixed(2),
    };
  }

  reset(): void {
    this.seconds = [];
  }
}
