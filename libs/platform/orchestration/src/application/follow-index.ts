import { setTimeout as pause } from 'node:timers/promises';
import type { matching } from '@signalbox/contracts';
import { retryable } from '@signalbox/kernel';
import type { Preparing } from './ports.ts';

/** How long matching may take to follow the CRM mirror, or to get any further, before the plan is tried again, in milliseconds. */
const PATIENCE_MS = 5 * 60_000;
/** Somebody may be watching, and nobody sees more. */
const REPORT_MS = 1_000;
const behind = () => retryable('orchestrations.match.behind', 'Matching has not taken in the newest CRM records and companies yet. Try again in a few minutes.', 5_000);
const LOOK = { firstMs: 10, longestMs: 500 };

/**
 * Returns once matching has taken in the mirror up to `sequence`: a plan made from an index that is behind would create what the CRM already
 * holds, or give to an account that is gone. @throws Retryable `orchestrations.match.behind`
 */
export async function indexFollowed(position: () => Promise<{ sequence: number }>, sequence: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let waitMs = LOOK.firstMs; ; waitMs = Math.min(LOOK.longestMs, waitMs * 1.5)) {
    if ((await position()).sequence >= sequence) return;
    if (Date.now() > deadline) throw behind();
    await pause(waitMs, undefined, { signal });
  }
}

/** How far matching has to have come. */
export interface FollowedTo {
  mirrorSequence: number;
  companiesVersion: number;
}

/**
 * Returns once matching knows which accounts the companies are, of the mirror and of the companies up to these; however long that takes, as
 * long as it gets further. Reports what is left meanwhile. @throws Retryable `orchestrations.match.behind`
 */
export async function companyAccountsFollowed(
  position: () => Promise<matching.CompanyAccountsPosition>, to: FollowedTo, report: (preparing: Preparing) => Promise<void>, signal: AbortSignal,
): Promise<void> {
  const first = await position();
  const beganMs = Date.now();
  let movedMs = beganMs;
  let reportedMs = -Infinity;
  let last = first;
  for (let now = first, waitMs = LOOK.firstMs; ; waitMs = Math.min(LOOK.longestMs, waitMs * 1.5), now = await position()) {
    if (now.mirrorSequence >= to.mirrorSequence && now.companiesVersion >= to.companiesVersion) return;
    if (now.waiting !== last.waiting || now.mirrorSequence !== last.mirrorSequence || now.companiesVersion !== last.companiesVersion) movedMs = Date.now();
    last = now;
    if (Date.now() - movedMs > PATIENCE_MS) throw behind();
    if (Date.now() - reportedMs >= REPORT_MS) {
      reportedMs = Date.now();
      await report(preparing(now, Math.max(0, first.waiting - now.waiting), (reportedMs - beganMs) / 1_000));
    }
    await pause(waitMs, undefined, { signal });
  }
}

const preparing = ({ companies, waiting }: matching.CompanyAccountsPosition, decided: number, seconds: number): Preparing => ({
  stage: 'matching', done: Math.max(0, companies - waiting), total: companies, perSecond: seconds > 0 ? Math.round((decided / seconds) * 10) / 10 : 0,
});
