import { backoffMs, type SignalboxError } from '@signalbox/kernel';
import type { ConnectorParts } from './connector.ts';

const ATTEMPTS = 4;
const BACKOFF = { initialMs: 300, maximumMs: 5_000, factor: 3, jitter: 0.5 };
/** A wait longer than this is not sat out here but handed to the caller, unless a provider's windows are longer. */
const LONGEST_WAIT_MS = 5_000;

export interface ReadJudgement {
  error: SignalboxError;
  /** The other side asked for a pause, which is kept; without it an early second try is worth it. */
  pauseAsked: boolean;
}

/**
 * A call that only reads, with short troubles sat out.
 * @throws what `judge` makes of the last failure; what it does not judge, as it is
 */
export async function readPatiently<T>(
  once: () => Promise<T>, judge: (thrown: unknown) => ReadJudgement | undefined, parts: ConnectorParts, signal: AbortSignal | undefined, longestWaitMs = LONGEST_WAIT_MS,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (thrown) {
      const judged = judge(thrown);
      if (!judged) throw thrown;
      const { error, pauseAsked } = judged;
      const wait = pauseAsked ? (error.afterMs ?? 0) : backoffMs(BACKOFF, attempt, parts.random());
      if (error.kind !== 'Retryable' || attempt >= ATTEMPTS || wait > longestWaitMs) throw error;
      await parts.wait(wait, signal);
    }
  }
}
