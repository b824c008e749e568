import { isSignalboxError } from '@signalbox/kernel';
import type { WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { testParts } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsFault, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

let sandbox: DynamicsSandbox;
/** One clock for both sides, which moves by what is waited for. */
const parts = testParts();

/** The same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Everything that may go wrong, each by chance; `x` rows are refused for good. */
const STORM: DynamicsFault[] = [
  { kind: 'timeout-after-commit', operation: ['createMultiple', 'batch'], probability: 0.2 }, { kind: 'truncated-answer', operation: ['createMultiple', 'batch'], probability: 0.1 },
  { kind: 'timeout-before-commit', operation: 'write', probability: 0.1 }, { kind: 'connection-reset', probability: 0.05 }, { kind: 'server-error', operation: 'write', probability: 0.1 },
  { kind: 'rate-limited', operation: 'write', probability: 0.15, retryAfterSeconds: 1 }, { kind: 'session-expired', probability: 0.1 }, { kind: 'lock-row', field: 'name', matching: ' 3\\d$', probability: 0.05 },
  { kind: 'poison-record', field: 'name', matching: ' x' },
];

/** Writes until every row is settled, as the writer does: what is unknown is asked for, what is not there is sent again. */
async function writeAll(rows: readonly WriteRow[], keyField: string, random: () => number): Promise<Map<string, WriteOutcome>> {
  const session = connector.connect({ ...inputFor(sandbox), parts: { ...parts, random } });
  const done = new Map<string, WriteOutcome>();
  let waiting = [...rows];
  for (let round = 0; waiting.length > 0; round++) {
    if (round > 200) throw new Error(`${waiting.length} rows are still waiting`);
    const attemptedAt = parts.clock.now();
    const unknown: WriteRow[] = [];
    try {
      for await (const some of session.write({ object: 'Account', operation: 'create', rows: waiting, externalIdField: keyField })) {
        for (const outcome of some) {
          expect(done.has(outcome.changeId)).toBe(false);
          if (outcome.kind === 'unknown') unknown.push(waiting.find((row) => row.changeId === outcome.changeId)!);
          else done.set(outcome.changeId, outcome);
        }
      }
    } catch (error) {
      if (!isSignalboxError(error) || error.kind === 'Fatal') throw error;
    }
    await settle(unknown, attemptedAt);
    waiting = waiting.filter((row) => !done.has(row.changeId));
    parts.pass(5 * 60_000);
  }
  session.close();
  return done;

  async function settle(unknown: readonly WriteRow[], attemptedAt: Date): Promise<void> {
    for (let tries = 0; unknown.length > 0; tries++) {
      try {
        const answers = await session.settle({ object: 'Account', operation: 'create', rows: unknown.map((row) => ({ ...row, attemptedAt })), externalIdField: keyField, quietMs: 0 });
        for (const { changeId, crmIds } of answers) if (crmIds[0]) done.set(changeId, { kind: 'written', changeId, crmId: crmIds[0], existed: false });
        return;
      } catch (error) {
        if (!isSignalboxError(error) || error.kind === 'Fatal' || tries > 50) throw error;
        parts.pass(5 * 60_000);
      }
    }
  }
}

describe('in a storm of troubles', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('every account is there once and counted once, by a key (%i)', async (seed) => {
    await storm(seed, 'signalbox_id');
  });

  it.each([1, 2, 3, 4])('every account is there once and counted once, without a key (%i)', async (seed) => {
    await storm(seed, '');
  });
});

async function storm(seed: number, keyField: string): Promise<void> {
  const random = numbers(seed);
  sandbox = await startDynamicsSandbox({ now: () => parts.clock.now().getTime(), random, faults: STORM });
  const name = (i: number) => (i % 97 === 5 ? `Storm x${i}` : `Storm ${i}`);
  const rows = Array.from({ length: 400 }, (_, i): WriteRow => ({ changeId: `change-${i}`, crmId: '', externalKey: `key-${i}`, values: { name: name(i), websiteurl: `s${i}.example` } }));
  const done = await writeAll(rows, keyField, random);
  const written = [...done.values()].filter((o) => o.kind === 'written');
  const refused = rows.filter((_, i) => i % 97 === 5).map((row) => row.changeId);
  expect([...done.values()].filter((o) => o.kind === 'failed').map((o) => o.changeId).sort()).toEqual([...refused].sort());
  expect(new Set(written.map((o) => o.crmId))).toEqual(new Set(sandbox.records('account').map((r) => r['accountid'])));
  expect(sandbox.counts()['account']).toBe(400 - refused.length);
  await sandbox.close();
}
