/** Failed sign-ins of one key in the window that is open. */
export interface Failures {
  count: number;
  windowEndsAt: Date;
}

export const WINDOW_MS = 15 * 60_000;

/**
 * How many failures are free before a key has to wait for its window to end: of one e-mail address from one network address, of a
 * network address, and of an e-mail address from everywhere, where the number is high, so that strangers cannot keep its owner out.
 */
export const FREE_FAILURES = { pair: 8, network: 40, email: 100 } as const;

/** Milliseconds until another attempt is taken; 0 when one is taken now. */
export function waitMs(failures: Failures | undefined, free: number, now: Date): number {
  if (!failures || failures.windowEndsAt <= now || failures.count < free) return 0;
  return failures.windowEndsAt.getTime() - now.getTime();
}
