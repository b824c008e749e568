import { setTimeout as pause } from 'node:timers/promises';
import { retryable } from '@signalbox/kernel';

/** How long matching may take to follow the CRM mirror before the plan is tried again, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;
const LOOK = { firstMs: 10, longestMs: 500 };

/**
 * Returns once matching has taken in the mirror up to `sequence`: a plan made from an index that is behind would create what the CRM already
 * holds, or give to an account that is gone. @throws Retryable `orchestrations.match.behind`
 */
export async function indexFollowed(position: () => Promise<{ sequence: number }>, sequence: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let waitMs = LOOK.firstMs; ; waitMs = Math.min(LOOK.longestMs, waitMs * 1.5)) {
    if ((await position()).sequence >= sequence) return;
    if (Date.now() > deadline) throw retryable('orchestrations.match.behind', 'Matching has not taken in the newest CRM records yet. Try again in a few minutes.', 5_000);
    await pause(waitMs, undefined, { signal });
  }
}
