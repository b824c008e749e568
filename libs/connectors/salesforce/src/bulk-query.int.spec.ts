import type { RemoteRecord } from '@signalbox/connectors-sdk';
import { errorOf } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { BULK_QUERY_RECORDS } from './read/bulk-query.ts';
import { connectTo, type Connected } from './testing/connect.ts';

const COUNT = BULK_QUERY_RECORDS + 12_345;
const PAGE = 2_000;

let sandbox: SalesforceSandbox;
let connected: Connected | undefined;

/** The sandbox goes by the connector's clock, so that a job is done once the connector has waited for it. */
const now = () => connected?.parts.clock.now().getTime() ?? Date.now();

beforeAll(async () => {
  sandbox = await startSalesforceSandbox({ now, bulkBatchMs: 900 });
  sandbox.seed('Account', Array.from({ length: COUNT }, (_, i) => ({
    Name: `Company "${i}", 🚀`, Website: i % 3 ? `company${i}.example` : '', AnnualRevenue: i % 5 ? i : '', NumberOfEmployees: i, BillingLatitude: '51.5', BillingStreet: 'a\nb', SystemModstamp: new Date(1.7e12 + Math.floor(i / 7) * 1000).toISOString(),
  })));
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  connected = connectTo(sandbox);
  sandbox.resetRequests();
});
afterEach(() => connected!.session.close());

async function pullFrom(position?: string, upTo = Infinity): Promise<{ records: Map<string, RemoteRecord>; count: number; position: string; largest: number }> {
  const { session, counter } = connected!;
  // Of every type that CSV writes otherwise than JSON.
  const fields = ['Website', 'AnnualRevenue', 'NumberOfEmployees', 'BillingLatitude', 'BillingStreet', 'CreatedDate', 'Industry'];
  counter.take();
  const records = new Map<string, RemoteRecord>();
  let count = 0;
  let largest = 0;
  let last = '';
  for await (const page of session.pull('Account', { fields, position })) {
    for (const record of page.records) records.set(record.id, record);
    count += page.records.length;
    largest = Math.max(largest, page.records.length);
    last = page.position;
    if (count >= upTo) break;
  }
  return { records, count, position: last, largest };
}

describe('reading very many records', () => {
  it('a bulk query fetches the rest after the first page: in fewer calls, and each record as a plain query gives it', async () => {
    const bulk = await pullFrom();
    expect([bulk.records.size, bulk.count, bulk.largest]).toEqual([COUNT, COUNT, PAGE]);
    const calls = connected!.counter.take();
    expect(calls).toEqual({ 'queryAll': 1, 'describe': 1, 'bulk.query.open': 1, 'bulk.query.look': expect.any(Number), 'bulk.query.results': Math.ceil((COUNT - PAGE) / 10_000) });
    expect(calls['bulk.query.look']).toBeLessThanOrEqual(6);

    sandbox.faults.set({ kind: 'bulk-job-failed' });
    const plain = await pullFrom();
    expect(connected!.counter.take()).toMatchObject({ 'queryMore': Math.ceil(COUNT / PAGE) - 1, 'bulk.query.open': 1 });
    expect(plain.records.size).toBe(COUNT);
    const different = [...bulk.records].filter(([id, record]) => JSON.stringify(record) !== JSON.stringify(plain.records.get(id)));
    expect(different.slice(0, 3)).toEqual([]);
    expect(JSON.parse(bulk.position)).toMatchObject({ at: expect.any(String), toldAt: expect.any(String) });
    expect((await pullFrom(bulk.position)).count).toBe(0);
  }, 120_000);

  it('a pull that stops in the middle goes on from there, and misses nothing', async () => {
    const half = await pullFrom(undefined, 30_000);
    expect(half.count).toBeLessThan(COUNT);
    const rest = await pullFrom(half.position);
    expect(new Set([...half.records.keys(), ...rest.records.keys()]).size).toBe(COUNT);
    expect(rest.count).toBeLessThan(COUNT - half.count + 10_000);
  }, 120_000);

  it.each([
    ['an org whose Bulk API is switched off', { kind: 'forbidden', operation: 'bulkQuery.create', errorCode: 'FEATURENOTENABLED' }],
    ['results that are a web page', { kind: 'html', operation: 'bulkQuery.results' }],
  ] as const)('%s is read page by page', async (_what, fault) => {
    sandbox.faults.set(fault);
    const { records } = await pullFrom();
    expect(records.size).toBe(COUNT);
    expect(connected!.counter.take()).toMatchObject({ queryMore: Math.ceil(COUNT / PAGE) - 1 });
  }, 120_000);

  it('trouble that passes is sat out, and a lost answer reads nothing twice', async () => {
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'bulkQuery.create', times: 1, hangMs: 5 }, { kind: 'unavailable', operation: 'bulkQuery.job', times: 1 }, { kind: 'truncated-answer', operation: 'bulkQuery.results', times: 2 });
    const { records, count } = await pullFrom();
    expect([records.size, count]).toEqual([COUNT, COUNT]);
  }, 120_000);

  it('the limit for the day ends it with the time to come again', async () => {
    sandbox.faults.set({ kind: 'limit-exceeded', operation: 'bulkQuery.results' });
    expect(await errorOf(pullFrom())).toMatchObject({ kind: 'Retryable', code: 'salesforce.daily_limit' });
  }, 120_000);
});
