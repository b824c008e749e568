import { crmWriter } from '@signalbox/contracts';
import { KEY_FIELD, OBJECT, Stage } from '@signalbox/crm-writer/testing';
import { waitFor } from '@signalbox/testing';
import { seeded } from './seeded.ts';
import { WriterToKill } from './writer-to-kill.ts';

/** Kills in one go; 200 for the full proof, fewer where time is short. */
const KILLS = Number(process.env['SIGNALBOX_KILLS'] ?? 6);
const ROWS = 200;
/** As many as a run has under way. */
const WINDOW = 8;
const LANES = 16;
const { ChangeOperation, ChangeOutcome } = crmWriter;

describe('kill -9 of the writer in the middle of batches, while answers are lost', () => {
  const random = seeded(Number(process.env['SIGNALBOX_SEED'] ?? 20261123));
  let stage: Stage;
  let writer: WriterToKill;
  let connectionId: string;
  /** Ids of the batches sent, in their order; every third updates what an earlier one created. */
  const sent: { id: string; operation: 'create' | 'update'; of: number }[] = [];

  beforeAll(async () => {
    stage = await Stage.open();
    connectionId = (await stage.connect()).id;
    await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    stage.sandbox.settings({ latencyMs: 40 });
    stage.sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'write', probability: 0.25, hangMs: 50 }, { kind: 'timeout-before-commit', operation: 'write', probability: 0.05, hangMs: 50 });
    writer = new WriterToKill(stage, random);
    await writer.takeOver();
  }, 120_000);
  afterAll(() => writer?.close(), 60_000);

  const done = (): number => stage.completed.length;
  const name = (batch: number, n: number): string => `Batch ${batch} Works ${n}`;

  async function sendOne(): Promise<void> {
    const number = sent.length;
    const created = sent.findIndex((one, i) => one.operation === 'create' && !sent.some((other) => other.operation === 'update' && other.of === i) && stage.completed.some((c) => c.batchId === one.id));
    if (number % 3 === 2 && created >= 0) {
      const results = stage.completed.find((c) => c.batchId === sent[created]!.id)!.results;
      const changes = results.map((r, n) => ({ changeId: `u${number}-${n}`, companyId: r.companyId, crmId: r.crmId, fields: [{ field: 'Site', before: '', after: `site ${number}` }] }));
      sent.push({ id: await stage.request({ operation: ChangeOperation.UPDATE, changes }, { connectionId, batchId: `b${number}`, lane: number % LANES }), operation: 'update', of: created });
      return;
    }
    const accounts = Array.from({ length: ROWS }, (_, n) => ({ companyId: `c${number}-${n}`, name: name(number, n), website: `works-${number}-${n}.com`, country: 'Norway' }));
    sent.push({ id: await stage.plan(accounts, { connectionId, batchId: `b${number}`, lane: number % LANES }), operation: 'create', of: number });
  }

  async function keepBusy(): Promise<void> {
    while (sent.length - done() < WINDOW) await sendOne();
  }

  it(`ORC-9 CNA-8 after ${KILLS} kills no account is there twice or missing, each change has one outcome, and every update has arrived`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) await writer.killAtWork(keepBusy);
    stage.sandbox.faults.clear();
    await waitFor(() => done() >= sent.length, { timeoutMs: 240_000, what: `all ${sent.length} batches` });

    const results = new Map(sent.map(({ id }) => [id, stage.completed.filter((c) => c.batchId === id).flatMap((c) => c.results)]));
    const accounts = stage.sandbox.records(OBJECT);
    const byKey = new Map(accounts.map((a) => [String(a[KEY_FIELD]), a]));
    const creations = sent.filter((one) => one.operation === 'create');
    expect([accounts.length, byKey.size]).toEqual([creations.length * ROWS, creations.length * ROWS]);
    for (const [number, { id, operation }] of sent.entries()) {
      const of = results.get(id)!;
      expect([id, of.length, new Set(of.map((r) => r.changeId)).size]).toEqual([id, ROWS, ROWS]);
      expect(of.filter((r) => r.outcome !== ChangeOutcome.SUCCEEDED && r.outcome !== ChangeOutcome.UNKNOWN_THEN_SETTLED)).toEqual([]);
      if (operation === 'create') expect(of.filter((r) => byKey.get(r.companyId)?.['Id'] !== r.crmId)).toEqual([]);
      else expect(of.filter((r) => byKey.get(r.companyId)?.['Site'] !== `site ${number}`)).toEqual([]);
    }
    const settled = [...results.values()].flat().filter((r) => r.outcome === ChangeOutcome.UNKNOWN_THEN_SETTLED).length;
    // Otherwise nothing was hit in its middle, and nothing was proved.
    expect(settled).toBeGreaterThan(0);
  }, 120_000 + KILLS * 10_000);
});
