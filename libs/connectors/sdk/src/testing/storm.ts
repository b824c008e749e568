import { isSignalboxError } from '@signalbox/kernel';
import type { ConnectorSession } from '../connector.ts';
import type { WriteOperation } from '../manifest.ts';
import type { WriteOutcome, WriteRow } from '../writes.ts';
import type { TestParts } from './test-parts.ts';

/** Numbers in [0, 1), the same for the same seed. */
export function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface StormWork {
  session: ConnectorSession;
  object: string;
  /** Default create. */
  operation?: WriteOperation;
  rows: readonly WriteRow[];
  /** Empty: without a key. */
  keyField: string;
  parts: TestParts;
}

const ROUNDS = 200;
const PAUSE_MS = 5 * 60_000;

/** An error that passes, or that a person mends: only what must not happen is thrown on. */
function passes(error: unknown): void {
  if (!isSignalboxError(error) || error.kind === 'Fatal') throw error;
}

/** Writes until every row is settled, as the writer does: what is unknown is asked for, what is not there is sent again. No row may end twice. */
export async function writeUntilSettled({ session, object, operation = 'create', rows, keyField, parts }: StormWork): Promise<Map<string, WriteOutcome>> {
  const done = new Map<string, WriteOutcome>();
  let waiting = [...rows];
  for (let round = 0; waiting.length > 0; round++) {
    if (round > ROUNDS) throw new Error(`${waiting.length} rows are still waiting`);
    const attemptedAt = parts.clock.now();
    const unknown: WriteRow[] = [];
    try {
      for await (const some of session.write({ object, operation, rows: waiting, externalIdField: keyField })) {
        for (const outcome of some) {
          expect(done.has(outcome.changeId)).toBe(false);
          if (outcome.kind === 'unknown') unknown.push(waiting.find((row) => row.changeId === outcome.changeId)!);
          else done.set(outcome.changeId, outcome);
        }
      }
    } catch (error) {
      passes(error);
    }
    await settle(unknown, attemptedAt);
    waiting = waiting.filter((row) => !done.has(row.changeId));
    parts.pass(PAUSE_MS);
  }
  return done;

  async function settle(lost: readonly WriteRow[], attemptedAt: Date): Promise<void> {
    for (let tries = 0; lost.length > 0; tries++) {
      try {
        const answers = await session.settle({ object, operation, rows: lost.map((row) => ({ ...row, attemptedAt })), externalIdField: keyField, quietMs: 0 });
        for (const { changeId, crmIds, contactId } of answers) if (crmIds[0]) done.set(changeId, { kind: 'written', changeId, crmId: crmIds[0], existed: false, ...(contactId ? { contactId } : {}) });
        return;
      } catch (error) {
        passes(error);
        if (tries > ROUNDS) throw error;
        parts.pass(PAUSE_MS);
      }
    }
  }
}
