import { backoffMs, isSignalboxError } from '@signalbox/kernel';

const UNKNOWN = { initialMs: 500, maximumMs: 30_000, factor: 2, jitter: 0.2 };

/** How long a key waits before the same record comes again: what the error asks for, else longer each time (ms). */
export function retryDelayMs(error: unknown, failures: number): number {
  if (isSignalboxError(error) && error.kind === 'Retryable' && error.afterMs !== undefined) return error.afterMs;
  return backoffMs(UNKNOWN, failures, Math.random());
}
