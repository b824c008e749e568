import type { ConnectorSession, WriteOperation, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import { testParts } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

/** What work costs, counted by the sandbox as Dataverse's service protection counts it. */
let sandbox: DynamicsSandbox;
let session: ConnectorSession;

beforeAll(async () => { sandbox = await startDynamicsSandbox(); });
afterAll(() => sandbox.close());
beforeEach(async () => {
  sandbox.faults.clear();
  sandbox.reset();
  session = connector.connect({ ...inputFor(sandbox), parts: testParts() });
  await session.describe('Account');
  sandbox.resetRequests();
});
afterEach(() => session.close());

const row = (n: number): WriteRow => ({ changeId: `change-${n}`, crmId: '', externalKey: `key-${n}`, values: { name: `Company ${n}`, websiteurl: `c${n}.example` } });
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(i));

async function write(given: readonly WriteRow[], operation: WriteOperation = 'create', object = 'Account'): Promise<Record<string, number>> {
  const outcomes: WriteOutcome[] = [];
  for await (const some of session.write({ object, operation, rows: given, externalIdField: 'signalbox_id' })) outcomes.push(...some);
  return countBy(outcomes);
}

function countBy(outcomes: readonly WriteOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const o of outcomes) {
    const kind = o.kind === 'written' && o.existed ? 'existed' : o.kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

const refused = (bad: number) => sandbox.faults.set({ kind: 'poison-record', matching: `^Company (${Array.from({ length: bad }, (_, i) => Math.floor((i * 1000) / bad) + 3).join('|')})$` });

describe('API calls for 1,000 accounts', () => {
  it('creating them is one write, and finding out which are there already is one look-up', async () => {
    await session.lookup('Account', { field: 'signalbox_id', values: rows(1000).map((r) => r.externalKey), fields: [] });
    expect(await write(rows(1000))).toEqual({ written: 1000 });
    const { apiCalls, operations, rows: counted } = sandbox.requests();
    expect({ apiCalls, operations, created: counted.created }).toEqual({ apiCalls: 2, created: 1000, operations: expect.objectContaining({ createMultiple: 1, 'batch.read': 1 }) });
  });

  it('updating them is one write', async () => {
    const { ids } = sandbox.seed('account', rows(1000).map((r) => r.values));
    expect(await write(ids.map((crmId, i) => ({ ...row(i), crmId, values: { fax: '1' } })), 'update')).toEqual({ written: 1000 });
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, operations: { updateMultiple: 1 }, rows: { updated: 1000 } });
  });

  it('deleting them is a look at what would go with them, and one batch', async () => {
    const { ids } = sandbox.seed('account', rows(1000).map((r) => r.values));
    expect(await write(ids.map((crmId, i) => ({ ...row(i), crmId, values: {} })), 'delete')).toEqual({ written: 1000 });
    expect(sandbox.requests()).toMatchObject({ apiCalls: 2, operations: { 'batch.read': 1, 'batch': 1 }, rows: { deleted: 1000 } });
  });

  it('deletions whose answers are lost go in halves the next time', async () => {
    const { ids } = sandbox.seed('account', rows(1000).map((r) => r.values));
    const deletions = ids.map((crmId, i) => ({ ...row(i), crmId, values: {} }));
    sandbox.faults.set({ kind: 'server-error', operation: 'batch', times: 1 });
    expect(await write(deletions, 'delete')).toEqual({ unknown: 1000 });
    sandbox.resetRequests();
    expect(await write(deletions, 'delete')).toEqual({ written: 1000 });
    expect(sandbox.requests().operations['batch']).toBe(2);
  });

  it('converting 1,000 leads is a look at them and ten batches, each of which looks at its leads at the end', async () => {
    await session.describe('Lead');
    await session.convertedStatuses();
    const [accountId] = sandbox.seed('account', [{ name: 'There' }]).ids;
    const { ids } = sandbox.seed('lead', rows(1000).map((_, i) => ({ companyname: `L ${i}`, lastname: `L${i}` })));
    const conversions = ids.map((crmId, i) => ({ ...row(i), crmId, values: {}, conversion: { accountId: accountId!, contactId: '', status: '3' } }));
    // The first of a session asks for the statuses as well.
    expect(await write(conversions.slice(0, 1), 'convert', 'Lead')).toEqual({ written: 1 });
    sandbox.resetRequests();
    expect(await write(conversions.slice(1), 'convert', 'Lead')).toEqual({ written: 999 });
    expect(sandbox.requests()).toMatchObject({ apiCalls: 11, operations: { 'batch.read': 1, 'batch': 10 } });
    expect(sandbox.counts()).toMatchObject({ account: 1, contact: 1000, opportunity: 0 });
  });

  it.each([[0, 1], [1, 11], [10, 11], [200, 11]])('with %i that a rule refuses, all others are written, with %i calls', async (bad, calls) => {
    if (bad > 0) refused(bad);
    expect(await write(rows(1000))).toEqual(bad > 0 ? { written: 1000 - bad, failed: bad } : { written: 1000 });
    expect(sandbox.requests().apiCalls).toBe(calls);
    expect(sandbox.counts()['account']).toBe(1000 - bad);
  });

  it.each([[1, 3], [500, 3], [1000, 2]])('with %i that an earlier, lost write left there, it takes %i calls and makes none twice', async (there, calls) => {
    sandbox.seed('account', rows(there).map((r) => ({ ...r.values, signalbox_id: r.externalKey })));
    expect(await write(rows(1000))).toEqual(there < 1000 ? { existed: there, written: 1000 - there } : { existed: 1000 });
    expect(sandbox.requests().apiCalls).toBe(calls);
    expect(sandbox.counts()['account']).toBe(1000);
  });

  it('with 30 that a duplicate rule finds, each is skipped with the record found, with 12 calls', async () => {
    sandbox.seed('account', rows(1000).filter((_, i) => i % 34 === 0).map((r) => r.values));
    sandbox.faults.set({ kind: 'duplicate-rule' });
    expect(await write(rows(1000))).toEqual({ written: 970, skipped: 30 });
    expect(sandbox.requests().apiCalls).toBe(12);
  });

  it('what was lost goes in halves the next time, and grows back', async () => {
    sandbox.faults.set({ kind: 'server-error', operation: 'createMultiple', times: 1 });
    const calls: unknown[] = [];
    for (const expected of [{ unknown: 1000 }, { written: 1000 }, { written: 1000 }]) {
      sandbox.reset();
      sandbox.resetRequests();
      expect(await write(rows(1000))).toEqual(expected);
      calls.push(sandbox.requests().operations['createMultiple']);
    }
    expect(calls).toEqual([1, 2, 1]);
  });

  it('an id that is none is refused before anything is sent', async () => {
    expect(await write([{ ...row(1), crmId: 'x)/$ref' }], 'update')).toEqual({ failed: 1 });
    expect(sandbox.requests().apiCalls).toBe(0);
  });

  it('a changed thousand among many is read in one call, whatever else there is', async () => {
    sandbox.seed('account', Array.from({ length: 20_000 }, (_, i) => ({ name: `Old ${i}` })));
    let position = '';
    for await (const page of session.pull('Account', { fields: ['name'] })) position = page.position;
    expect(sandbox.requests().apiCalls).toBe(4);
    await write(rows(1000));
    sandbox.resetRequests();
    let read = 0;
    for await (const page of session.pull('Account', { fields: ['name'], position })) read += page.records.length;
    expect([read, sandbox.requests().apiCalls]).toEqual([1000, 1]);
  });

  it('a position that Dataverse no longer knows leads to reading everything again', async () => {
    sandbox.seed('account', rows(10).map((r) => r.values));
    let position = '';
    for await (const page of session.pull('Account', { fields: ['name'] })) position = page.position;
    sandbox.expireDeltaTokens();
    const found: string[] = [];
    for await (const page of session.pull('Account', { fields: ['name'], position })) {
      found.push(...page.records.map((r) => r.name));
      position = page.position;
    }
    expect(found).toHaveLength(10);
    sandbox.seed('account', [{ name: 'After that' }]);
    const next: string[] = [];
    for await (const page of session.pull('Account', { fields: ['name'], position })) next.push(...page.records.map((r) => r.name));
    expect(next).toEqual(['After that']);
  });

  it('a column that has gone is left out of the place where the last pull ended', async () => {
    sandbox.seed('account', [{ name: 'A', fax: '1' }]);
    let position = '';
    for await (const page of session.pull('Account', { fields: ['name', 'fax'] })) position = page.position;
    sandbox.faults.set({ kind: 'field-removed', object: 'account', field: 'fax' });
    sandbox.seed('account', [{ name: 'B' }]);
    const read: unknown[] = [];
    for await (const page of session.pull('Account', { fields: ['name'], position })) read.push(...page.records.map((r) => r.fields));
    expect(read).toEqual([{ name: 'B' }]);
  });
});
