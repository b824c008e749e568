import { crmWriter } from '@signalbox/contracts';
import { KEY_FIELD, OBJECT, Stage } from '@signalbox/crm-writer/testing';
import { freePorts } from '@signalbox/standalone';
import { builtMain, endChild, startChild, type Child } from '@signalbox/tests-scenarios/topology';
import { waitFor } from '@signalbox/testing';
import { seeded } from './seeded.ts';

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
  let writer: Child;
  let connectionId: string;
  /** Ids of the batches sent, in their order; every third updates what an earlier one created. */
  const sent: { id: string; operation: 'create' | 'update'; of: number }[] = [];

  beforeAll(async () => {
    stage = await Stage.open();
    connectionId = (await stage.connect()).id;
    await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    // From here on the service is a process that can be killed.
    await stage.stopService();
    stage.sandbox.settings({ latencyMs: 40 });
    stage.sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'write', probability: 0.25, hangMs: 50 }, { kind: 'timeout-before-commit', operation: 'write', probability: 0.05, hangMs: 50 });
    await start();
  }, 120_000);
  afterAll(async () => {
    await endChild(writer, 'SIGTERM');
    // What closes the stage closes its own service, too.
    await stage.start();
    await stage.close();
  }, 60_000);

  async function start(): Promise<void> {
    const [grpcPort = 0, httpPort = 0] = await freePorts(2);
    writer = startChild([builtMain('crm-writer')], { ...stage.environment(), SIGNALBOX_GRPC_PORT: String(grpcPort), SIGNALBOX_HTTP_PORT: String(httpPort) });
    await waitFor(async () => {
      if (writer.process.exitCode !== null) throw new Error(`the writer ended: ${writer.output()}`);
      return (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).ok;
    }, { timeoutMs: 60_000, everyMs: 50, what: 'the writer' });
  }

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
    for (let kill = 0; kill < KILLS; kill += 1) {
      // At work again: this life has noted what it is about to write.
      const [noted] = await stage.databases.service.database.query<{ at: Date }>('select now() as at');
      await waitFor(async () => {
        await keepBusy();
        return (await stage.databases.service.database.query(`select 1 from crm_writer.write_ledger where state = 'intended' and attempted_at > $1 limit 1`, [noted!.at])).length > 0;
      }, { timeoutMs: 60_000, everyMs: 5, what: 'the writer at work' });
      // Long enough that most lives bring something to its end: a message that sees nothing but deaths is put aside as what caused them.
      const moment = Date.now() + random() * 1_500;
      // A random moment is the point here, and no condition says when it has come.
      while (Date.now() < moment) await new Promise((resolve) => setImmediate(resolve));
      await endChild(writer, 'SIGKILL');
      await start();
    }
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
