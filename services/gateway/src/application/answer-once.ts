import { conflict, invalid, isSignalboxError, type Clock, type IdSource } from '@signalbox/kernel';
import { judge, requireSameBody } from '../domain/idempotency.ts';
import type { Beat, IdempotencyKey, IdempotencyKeys, Sealing } from './ports.ts';

export interface OnceRequest {
  workspaceId: string;
  subject: string;
  /** As sent in the header. */
  key: string;
  keyHash: Uint8Array;
  /** Method and path. */
  route: string;
  /** Undefined while the body is not read: an upload is hashed as it passes. */
  bodyHash: string | undefined;
  repeatable: boolean;
}

export interface StoredAnswer {
  status: number;
  body: unknown;
}

/** The right to do the work, held by one request. */
export interface Turn {
  finish(answer: StoredAnswer, bodyHash?: string): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export type Beginning = { kind: 'turn'; turn: Turn } | { kind: 'replay'; answer: StoredAnswer; checkBody: (bodyHash: string) => void };

const ALIVE_MS = 60_000;
const KEY_MAX = 255;

/** Whether the work may have been done although it failed: nobody answered, and it had been sent. */
function outcomeUnknown(error: unknown): boolean {
  if (!isSignalboxError(error) || error.kind !== 'Retryable') return false;
  const { fromService } = error as { fromService?: boolean };
  return !fromService && error.code.startsWith('grpc.') && !String(error.detail).includes('No connection established');
}

/**
 * The same request with the same Idempotency-Key is done once, and answered the same. Only answers that succeeded are kept:
 * after an error that says that nothing was done, the key is free again.
 */
export class AnswerOnce {
  constructor(
    private readonly parts: { keys: IdempotencyKeys; sealing: Sealing; ids: IdSource; clock: Clock; beat: Beat },
  ) {}

  /** @throws Invalid, Conflict: see domain/idempotency.ts */
  async begin(request: OnceRequest): Promise<Beginning> {
    const { keys, clock, ids, sealing } = this.parts;
    if (request.key.length === 0 || request.key.length > KEY_MAX) throw invalid('gateway.idempotency.key', `An Idempotency-Key has 1 to ${KEY_MAX} characters.`, { field: 'Idempotency-Key' });
    const owner = ids.next();
    const now = clock.now();
    const kept = await keys.take(request, { route: request.route, bodyHash: request.bodyHash ?? '' }, owner, now, this.aliveUntil());
    if (!kept) return { kind: 'turn', turn: this.turn(request, owner) };
    if (judge(kept, request, now) === 'replay' && kept.answer) {
      const body = JSON.parse(sealing.open(kept.answer.sealedBody, request.key)) as unknown;
      return { kind: 'replay', answer: { status: kept.answer.status, body }, checkBody: (hash) => requireSameBody(kept, hash) };
    }
    if (!(await keys.takeOver(request, owner, now, this.aliveUntil()))) throw conflict('gateway.idempotency.in_flight', 'Another request with this Idempotency-Key is under way. Ask again in a moment.');
    return { kind: 'turn', turn: this.turn(request, owner) };
  }

  private aliveUntil(): Date {
    return new Date(this.parts.clock.now().getTime() + ALIVE_MS);
  }

  private turn(request: OnceRequest, owner: string): Turn {
    const { keys, sealing, beat } = this.parts;
    const key: IdempotencyKey = request;
    const stopBeating = beat(ALIVE_MS / 4, () => keys.alive(key, owner, this.aliveUntil()));
    return {
      finish: async (answer, bodyHash) => {
        stopBeating();
        await keys.finish(key, owner, bodyHash ?? request.bodyHash ?? '', { status: answer.status, sealedBody: sealing.seal(JSON.stringify(answer.body ?? null), request.key) });
      },
      fail: async (error) => {
        stopBeating();
        await (outcomeUnknown(error) ? keys.markUnknown(key, owner) : keys.release(key, owner));
      },
    };
  }
}
