import { SignalboxError, conflict, invalid } from '@signalbox/kernel';

/** What is kept about one Idempotency-Key of one caller. */
export interface KeptRequest {
  /** Method and path, e.g. "POST /api/v1/segments". */
  route: string;
  /** Empty until the body has been read (uploads are hashed as they pass). */
  bodyHash: string;
  state: 'running' | 'done' | 'unknown';
  /** A running request that has not said that it lives by then has ended with its process. */
  aliveUntil: Date;
}

export type Verdict = 'replay' | 'take_over';

const reused = (what: string) =>
  invalid('gateway.idempotency.key_reused', `This Idempotency-Key was used before with another ${what}. Use a new key for a new request.`, { field: 'Idempotency-Key' });

/** @throws Invalid `gateway.idempotency.key_reused` when the key stands for other content */
export function requireSameBody(kept: KeptRequest, bodyHash: string): void {
  if (kept.bodyHash !== '' && kept.bodyHash !== bodyHash) throw reused('body');
}

/**
 * What a second request with a known key gets. `repeatable`: doing it twice ends in the same state, so one whose
 * outcome is unknown may simply be done again.
 * @throws Conflict while the first is under way, or when nobody knows how it ended
 */
export function judge(kept: KeptRequest, request: { route: string; bodyHash: string | undefined; repeatable: boolean }, now: Date): Verdict {
  if (kept.route !== request.route) throw reused('address');
  if (request.bodyHash !== undefined) requireSameBody(kept, request.bodyHash);
  if (kept.state === 'done') return 'replay';
  if (kept.state === 'running' && kept.aliveUntil > now) {
    throw new SignalboxError('Conflict', { code: 'gateway.idempotency.in_flight', publicMessage: 'The first request with this Idempotency-Key is still under way. Ask again in a moment.', afterMs: 1000 });
  }
  if (request.repeatable) return 'take_over';
  throw conflict('gateway.idempotency.outcome_unknown', 'The first request with this Idempotency-Key ended without an answer, so it may or may not have been done. Look whether it was, and use a new key if it was not.');
}
