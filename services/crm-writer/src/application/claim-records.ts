import { backoffMs, retryable } from '@signalbox/kernel';
import type { ChangeBatch } from '../domain/changes.ts';
import { claimsOf } from '../domain/claims.ts';

export interface RecordClaims {
  /** All of them or none: true when all are this batch's now. What dead writers have claimed is no hindrance. */
  claim(batch: ChangeBatch, records: readonly string[]): Promise<boolean>;
  release(batch: ChangeBatch, records: readonly string[]): Promise<void>;
}

export interface ClaimParts {
  claims: RecordClaims;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

const LOOK_AGAIN = { initialMs: 50, maximumMs: 400, factor: 1.6, jitter: 0.4 };
/** About two seconds; a batch that has to wait longer is put aside, so that others can have its place. */
const LOOKS = 9;
const PUT_OFF_MS = 1_500;

/** Lets a batch be written only while no other one, of whatever run, lane or replica, is writing any of its records. */
export class ClaimRecords {
  constructor(private readonly parts: ClaimParts) {}

  /** @throws Retryable `crm_writer.records_taken` when another batch goes on writing some of them */
  async during<T>(batch: ChangeBatch, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const records = claimsOf(batch);
    await this.claim(batch, records, signal);
    try {
      return await work();
    } finally {
      await this.parts.claims.release(batch, records);
    }
  }

  /** Whoever waits holds nothing meanwhile: so nobody waits for ever. */
  private async claim(batch: ChangeBatch, records: readonly string[], signal: AbortSignal): Promise<void> {
    for (let look = 1; !signal.aborted; look += 1) {
      if (await this.parts.claims.claim(batch, records)) return;
      if (look >= LOOKS) break;
      await this.parts.wait(backoffMs(LOOK_AGAIN, look, this.parts.random()), signal);
    }
    throw retryable('crm_writer.records_taken', 'Another batch is writing some of the same records. This one goes on after it.', PUT_OFF_MS);
  }
}
