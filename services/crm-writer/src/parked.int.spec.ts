import { crmWriter, operations, TOPICS } from '@signalbox/contracts';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { waitFor } from '@signalbox/testing';
import { KEY_FIELD, OBJECT, Stage, byCompany, type NewAccount } from './testing/index.ts';

const { ChangeOperation, ChangeOutcome } = crmWriter;
let stage: Stage;
let connectionId: string;
let client: GrpcClient<typeof operations.OperationsServiceDefinition>;

beforeAll(async () => {
  stage = await Stage.open();
  client = createGrpcClient(operations.OperationsServiceDefinition, { address: `127.0.0.1:${stage.service.grpcPort}`, tokens: stage.tokens });
});
afterAll(async () => {
  client.close();
  await stage.close();
});
beforeEach(async () => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  connectionId = (await stage.connect()).id;
  await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
});

let series = 0;
function companies(count: number): NewAccount[] {
  series += 1;
  return Array.from({ length: count }, (_, i) => ({ companyId: `p${series}-${i}`, name: `Parked ${series} ${i}`, website: `p${series}-${i}.example.com`, country: 'Germany' }));
}
const change = (a: NewAccount) => ({ changeId: `change-${a.companyId}`, companyId: a.companyId, fields: [{ field: 'Name', after: a.name }, { field: 'Website', after: a.website ?? '' }] });
const parkedOf = (runId: string) => waitFor(async () => (await client.listParkedMessages({ runId }, stage.as)).messages[0], { timeoutMs: 30_000, what: `a parked batch of ${runId}` });
const outcomesOf = (message: crmWriter.ChangeBatchCompleted) => message.results.map((r) => [r.outcome, r.code]);
const failure = (call: Promise<unknown>) => call.then(() => { throw new Error('expected a refusal'); }, (error: unknown) => error);

/** While this stands, PostgreSQL takes no outcome of a write: the batch is put aside with what it has sent unsettled. */
async function noOutcomes(): Promise<() => Promise<void>> {
  const { database } = stage.databases.service;
  await database.query(`create or replace function crm_writer.spec_refuse() returns trigger language plpgsql as 'begin raise exception ''no outcome today''; end'`);
  await database.query(`create trigger spec_refuse before update on crm_writer.write_ledger for each row when (new.state <> 'intended') execute function crm_writer.spec_refuse()`);
  return async () => void (await database.query('drop trigger spec_refuse on crm_writer.write_ledger'));
}

describe('a change batch that cannot be handled', () => {
  it('is shown with its run, its reason and its records, to its own workspace alone', async () => {
    await stage.request({ operation: ChangeOperation.UNSPECIFIED, changes: companies(3).map(change) }, { connectionId, runId: 'run-seen' });
    const parked = await parkedOf('run-seen');
    expect(parked).toMatchObject({
      service: 'crm-writer', consumer: 'crm-writer', topic: TOPICS.changeBatchRequested.name, reasonCode: 'crm_writer.operation_unknown', reason: expect.stringContaining('names no operation'),
      attempts: 5, records: 3, runId: 'run-seen', discardable: true, parkedAt: expect.any(Date),
    });
    const stranger = { workspaceId: 'another' };
    expect((await client.listParkedMessages({}, stranger)).messages).toEqual([]);
    expect(await failure(client.replayParkedMessage({ id: parked.id }, stranger))).toMatchObject({ kind: 'NotFound' });
    expect(await failure(client.discardParkedMessage({ id: parked.id }, stranger))).toMatchObject({ kind: 'NotFound' });
    expect((await client.listParkedMessages({ runId: 'run-other' }, stage.as)).messages).toEqual([]);
  });

  it('ORC-9 is written when it is replayed after its cause was mended, each record once', async () => {
    const mend = await noOutcomes();
    const accounts = companies(4);
    const batchId = await stage.plan(accounts, { connectionId, runId: 'run-replayed' });
    const { id } = await parkedOf('run-replayed');
    await mend();
    await client.replayParkedMessage({ id }, stage.as);
    expect(outcomesOf(await stage.results(batchId))).toEqual(accounts.map(() => [ChangeOutcome.UNKNOWN_THEN_SETTLED, 'created']));
    expect(stage.sandbox.counts()[OBJECT]).toBe(4);
    expect(await failure(client.replayParkedMessage({ id }, stage.as))).toMatchObject({ kind: 'NotFound', code: 'messaging.parked.unknown' });
  });

  it('ORC-9 fails record by record with the reason when it is given up, and comes no more', async () => {
    // The third record cannot be stored by PostgreSQL at all.
    const accounts = companies(3);
    const changes = accounts.map(change);
    changes[2]!.fields[0]!.after = 'A \u0000 in the name';
    const batchId = await stage.request({ operation: ChangeOperation.CREATE, changes }, { connectionId, runId: 'run-given-up' });
    const parked = await parkedOf('run-given-up');
    expect(await client.discardParkedMessage({ id: parked.id }, stage.as)).toEqual({ outcomes: [{ name: 'failed', count: 3 }] });
    const done = await stage.results(batchId);
    expect(outcomesOf(done)).toEqual(accounts.map(() => [ChangeOutcome.FAILED, 'given_up']));
    expect(done.results[0]!.message).toContain(`was not written. The batch was held up because: ${parked.reason}`);
    expect(stage.sandbox.counts()[OBJECT] ?? 0).toBe(0);
    const { writes } = await stage.client.listWrites({ runId: 'run-given-up' }, stage.as);
    expect(writes.map((w) => [w.state, w.code])).toEqual(accounts.map(() => ['failed', 'given_up']));
    expect((await client.listParkedMessages({ runId: 'run-given-up' }, stage.as)).messages).toEqual([]);
    expect(await failure(client.discardParkedMessage({ id: parked.id }, stage.as))).toMatchObject({ kind: 'NotFound' });
    expect(await failure(client.replayParkedMessage({ id: parked.id }, stage.as))).toMatchObject({ kind: 'NotFound' });
    expect(stage.completed.filter((m) => m.batchId === batchId)).toHaveLength(1);
  });

  it('ORC-9 is settled by asking the CRM when it is given up: what the CRM has is not called failed, and nothing is guessed', async () => {
    const mend = await noOutcomes();
    const accounts = companies(5);
    const batchId = await stage.plan(accounts, { connectionId, runId: 'run-asked' });
    const { id } = await parkedOf('run-asked');
    await mend();
    expect(stage.sandbox.counts()[OBJECT]).toBe(5);
    // Two of them have gone from the CRM since.
    const kept = stage.sandbox.records(OBJECT).slice(0, 3).map((r) => ({ Name: r['Name'], [KEY_FIELD]: r[KEY_FIELD] }));
    stage.sandbox.reset();
    stage.sandbox.seed(OBJECT, kept);
    stage.sandbox.endSessions();
    stage.sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_client', description: 'invalid client credentials' });
    expect(await failure(client.discardParkedMessage({ id }, stage.as))).toMatchObject({
      kind: 'Conflict', code: 'crm_writer.give_up.unsettled', publicMessage: expect.stringMatching(/answer to 5 of the writes was lost, and it could not be asked: .* Nothing was given up\. Mend the connection/),
    });
    expect((await client.listParkedMessages({ runId: 'run-asked' }, stage.as)).messages).toMatchObject([{ id }]);
    expect(stage.completed.find((m) => m.batchId === batchId)).toBeUndefined();
    stage.sandbox.faults.clear();
    const { outcomes } = await client.discardParkedMessage({ id }, stage.as);
    expect(Object.fromEntries(outcomes.map((o) => [o.name, o.count]))).toEqual({ unknown_then_settled: 3, failed: 2 });
    const done = await stage.results(batchId);
    const results = byCompany(done);
    const there = new Map(stage.sandbox.records(OBJECT).map((r) => [String(r['Name']), String(r['Id'])]));
    for (const account of accounts) {
      const crmId = there.get(account.name);
      expect(results.get(account.companyId)).toMatchObject(crmId ? { outcome: ChangeOutcome.UNKNOWN_THEN_SETTLED, crmId } : { outcome: ChangeOutcome.FAILED, code: 'given_up', crmId: '' });
    }
  });
});
