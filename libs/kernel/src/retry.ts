export interface BackoffPolicy {
  /** First wait, in milliseconds. */
  initialMs: number;
  /** Longest wait, in milliseconds. */
  maximumMs: number;
  /** Growth per attempt, e.g. 2. */
  factor: number;
  /** Share of the wait that is random, 0 to 1; keeps many callers from returning at once. */
  jitter: number;
}

/** How long to wait before attempt `attempt` (1 = the first retry), given a random number in [0, 1). */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: number): number {
  const plain = Math.min(policy.maximumMs, policy.initialMs * policy.factor ** Math.max(0, attempt - 1));
  return Math.round(plain * (1 - policy.jitter) + plain * policy.jitter * random);
}
