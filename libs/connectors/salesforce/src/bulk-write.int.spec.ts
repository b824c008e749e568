import type { WriteOperation, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { errorOf } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { connectTo, outcomesOf, type Connected } from './testing/connect.ts';
import { BULK_WRITE_ROWS, readBulkError } from './write/bulk-run.ts';

const COUNT = BULK_WRITE_ROWS + 50;
const KEY = 'Signalbox_Id__c';

let sandbox: SalesforceSandbox;
let connected: Connected | undefined;

/** The sandbox goes by the connector's clock, so that a job is done once the connector has waited for it. */
const now = () => connected?.parts.clock.now().getTime() ?? Date.now();

beforeAll(async () => { sandbox = await startSalesforceSandbox({ now, bulkBatchMs: 900 }); });
afterAll(() => sandbox.close());
beforeEach(async () => {
  connected?.session.close();
  sandbox.faults.clear();
  sandbox.reset();
  sandbox.settings({ bulkBatchMs: 900 });
  connected = connectTo(sandbox);
  await connected.session.describe('Account');
  sandbox.resetRequests();
  connected.counter.take();
});
afterAll(() => connected!.session.close());

const rows = (count = COUNT, more: (i: number) => WriteRow['values'] = () => ({})): WriteRow[] =>
  Array.from({ length: count }, (_, i) => ({ changeId: `c${i}`, crmId: '', externalKey: `key-${i}`, values: { Name: `Company "${i}", 🚀\nLtd`, Website: `company${i}.example`, ...more(i) } }));
const write = (list: readonly WriteRow[], operation: WriteOperation = 'create', externalIdField = KEY) => outcomesOf(connected!.session, { object: 'Account', operation, rows: list, externalIdField });
const settle = (list: readonly WriteRow[], attemptedAt: Date, externalIdField = KEY) =>
  connected!.session.settle({ object: 'Account', operation: 'create', rows: list.map((row) => ({ ...row, attemptedAt })), externalIdField, quietMs: 0 });
function kinds(outcomes: readonly WriteOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const name = 'code' in outcome ? outcome.code : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('writing very many rows by a bulk job', () => {
  it('creates them by their key in a handful of calls, each row with its own record although results come in another order', async () => {
    const list = rows();
    const outcomes = await write(list);
    expect(kinds(outcomes)).toEqual({ written: COUNT });
    const keys = new Map(sandbox.records('Account').map((r) => [r['Id'], r[KEY]]));
    const wrong = outcomes.filter((o) => o.kind === 'written' && (o.existed || keys.get(o.crmId) !== list[Number(o.changeId.slice(1))]!.externalKey));
    expect(wrong).toEqual([]);
    expect(connected!.counter.take()).toEqual({ 'bulk.ingest.open': 1, 'bulk.ingest.upload': 1, 'bulk.ingest.close': 1, 'bulk.ingest.look': 2, 'bulk.ingest.results': 1 });
    const again = await write(list);
    expect(again.every((o) => o.kind === 'written' && o.existed)).toBe(true);
    expect(sandbox.counts()['Account']).toBe(COUNT);
  }, 60_000);

  it('updates and deletes them, clears what is to be cleared, and says which are gone', async () => {
    const { ids } = sandbox.seed('Account', Array.from({ length: 2_000 }, (_, i) => ({ Name: `Old ${i}`, Site: 'Leeds', Industry: 'Banking' })));
    sandbox.seed('Account', Array.from({ length: COUNT - 2_000 }, (_, i) => ({ Name: `Older ${i}`, Site: 'Leeds', Industry: 'Banking' })));
    const all = sandbox.records('Account').map((r, i): WriteRow => ({ changeId: `u${i}`, crmId: String(r['Id']), externalKey: '', values: { Site: null, NumberOfEmployees: '7' } }));
    await outcomesOf(connected!.session, { object: 'Account', operation: 'delete', rows: all.slice(0, 3), externalIdField: '' });
    expect(kinds(await write(all, 'update'))).toEqual({ written: COUNT - 3, deleted_in_crm: 3 });
    expect(sandbox.records('Account').every((r) => r['Site'] === null && r['NumberOfEmployees'] === 7 && r['Industry'] === 'Banking')).toBe(true);
    expect(kinds(await write(all.map((row) => ({ ...row, values: {} })), 'delete'))).toEqual({ written: COUNT - 3, deleted_in_crm: 3 });
    expect([ids.length, sandbox.counts()['Account']]).toEqual([2_000, 0]);
  }, 60_000);

  it('locked rows, duplicate rules, refused values and what CSV cannot say go the ordinary way, each row once', async () => {
    sandbox.seed('Account', [{ Name: 'Twin', Website: 'twin.example' }]);
    sandbox.faults.set({ kind: 'poison-record', matching: '"7",' }, { kind: 'lock-row', matching: '"8",', times: 1 }, { kind: 'duplicate-rule', action: 'alert' });
    const odd: Record<number, WriteRow['values']> = { 9: { Name: 'Twin', Website: 'twin.example' }, 10: { Site: '#N/A' } };
    const list = rows(COUNT, (i) => odd[i] ?? {});
    const outcomes = await write(list);
    expect(kinds(outcomes)).toEqual({ written: COUNT - 2, field_validation: 1, crm_duplicate_rule: 1 });
    expect(new Set(outcomes.map((o) => o.changeId)).size).toBe(COUNT);
    expect(outcomes.find((o) => o.changeId === 'c9')).toMatchObject({ kind: 'skipped', crmId: sandbox.records('Account').find((r) => r['Name'] === 'Twin')!['Id'] });
    expect(sandbox.records('Account').find((r) => r[KEY] === 'key-10')).toMatchObject({ Site: '#N/A' });
    expect(sandbox.requests().operations['bulk.create']).toBe(1);
  }, 60_000);

  it('without a key, rows that are alike to the letter get a record each', async () => {
    const list = rows(COUNT, (i) => ({ Name: `Same ${i % 3}`, Website: '' }));
    const outcomes = await write(list, 'create', '');
    expect(new Set(outcomes.map((o) => (o.kind === 'written' ? o.crmId : ''))).size).toBe(COUNT);
    expect(sandbox.counts()['Account']).toBe(COUNT);
  }, 60_000);

  it.each(['bulk.create', 'bulk.upload'])('an answer that is lost before the job begins (%s): nothing was done, and it is to be asked again', async (operation) => {
    sandbox.faults.set({ kind: 'timeout-after-commit', operation, times: 1, hangMs: 5 });
    expect(await errorOf(write(rows()))).toMatchObject({ kind: 'Retryable' });
    expect(sandbox.counts()['Account']).toBe(0);
    expect(kinds(await write(rows()))).toEqual({ written: COUNT });
    expect(sandbox.counts()['Account']).toBe(COUNT);
  }, 60_000);

  it('an answer that is lost when the job begins is asked for, and the rows are sent once', async () => {
    for (const kind of ['timeout-after-commit', 'timeout-before-commit'] as const) {
      sandbox.reset();
      sandbox.resetRequests();
      sandbox.faults.set({ kind, operation: 'bulk.patch', times: 1, hangMs: 5 });
      expect(kinds(await write(rows(), 'create', ''))).toEqual({ written: COUNT });
      expect(sandbox.counts()['Account']).toBe(COUNT);
      expect(sandbox.requests().operations['bulk.upload']).toBe(1);
    }
  }, 60_000);

  it('a job that cannot be asked leaves its rows unknown; settling waits for it, and then finds them', async () => {
    const attemptedAt = connected!.parts.clock.now();
    const list = rows();
    sandbox.settings({ bulkBatchMs: 20 * 60_000 });
    sandbox.faults.set({ kind: 'server-error', operation: 'bulk.job' });
    expect(kinds(await write(list, 'create', ''))).toEqual({ unknown: COUNT });
    sandbox.faults.clear();
    expect(await settle(list.slice(0, 2), attemptedAt, '')).toMatchObject([{ crmIds: [], final: false }, { crmIds: [], final: false }]);
    connected!.parts.pass(3 * 20 * 60_000);
    const found = await settle(list.slice(0, 500), attemptedAt, '');
    expect(found.filter((answer) => answer.crmIds.length !== 1 || !answer.final)).toEqual([]);
    expect(sandbox.counts()['Account']).toBe(COUNT);
  }, 60_000);

  it('an org without Bulk API, or a job that fails, is written in Composite calls', async () => {
    for (const fault of [{ kind: 'forbidden', operation: 'bulk.create' }, { kind: 'bulk-job-failed', message: 'InternalServerError' }] as const) {
      sandbox.reset();
      sandbox.faults.set(fault);
      expect(kinds(await write(rows()))).toEqual({ written: COUNT });
      expect(sandbox.counts()['Account']).toBe(COUNT);
    }
  }, 60_000);
});

describe("a bulk job's errors", () => {
  it.each([
    ['REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --', 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]', ['Name']],
    ['DUPLICATE_VALUE:duplicate value found: K__c duplicates value on record with id: 0015f0000000001:--', 'DUPLICATE_VALUE', 'duplicate value found: K__c duplicates value on record with id: 0015f0000000001', []],
    ['something else', '', 'something else', []],
  ])('%s', (text, errorCode, message, fields) => {
    expect(readBulkError(text)).toMatchObject({ errorCode, message, fields });
  });
});
