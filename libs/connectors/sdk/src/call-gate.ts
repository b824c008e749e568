import { retryable } from '@signalbox/kernel';
import type { Allowance } from './allowance.ts';
import type { ConnectorParts, WorkOptions } from './connector.ts';

/** What a call is for: writes go first; a person's own test of a connection is counted, and not kept waiting for the next day. */
export type CallPurpose = 'write' | 'read' | 'check';

/** What all replicas together may call, as the connector sees it. */
export interface CallBudget {
  /**
   * Resolves when a call may be sent, which is then sent at once.
   * @throws Retryable `connector.budget_spent` until the next window, `connector.stopping` when the signal comes first
   */
  take(purpose: CallPurpose, signal?: AbortSignal): Promise<CallPermit>;
}

export interface CallPermit {
  /** The call is over. `refused`: the CRM asked to be called less, or by fewer at once. */
  end(refused: boolean): void;
}

const stopping = () => retryable('connector.stopping', 'Signalbox is stopping; the rest is done after the restart.', 1_000);

/** Through which every API call of a connector goes: not while stopping, within the CRM's allowance, within the shared budget, counted. */
export class CallGate {
  constructor(private readonly allowance: Allowance, private readonly parts: ConnectorParts, private readonly budget: CallBudget | undefined) {}

  /** Before whatever has to be waited for ahead of a call. @throws Retryable */
  check(work: WorkOptions): void {
    if (work.signal?.aborted) throw stopping();
    this.allowance.check(this.parts.clock.now());
  }

  /**
   * Makes one call.
   * @param refused asked when it is over, also when it failed: whether the CRM wants to be called less
   * @throws Retryable when it may not be made, and what `call` throws
   */
  async run<T>(operation: string, work: WorkOptions, call: () => Promise<T>, refused: () => boolean): Promise<T> {
    this.check(work);
    const permit = await this.budget?.take(work.purpose ?? 'read', work.signal);
    work.counter?.add(operation);
    try {
      return await call();
    } finally {
      permit?.end(refused());
    }
  }
}

/** Statuses by which any CRM asks for patience. */
export const asksForLess = (status: number | undefined): boolean => status === 429 || status === 503;
