import { crmWriter } from '@signalbox/contracts';
import { byCompany, OBJECT, Stage } from './testing/index.ts';

const { ChangeOutcome, ConnectionStatus } = crmWriter;
let stage: Stage;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  stage.sandbox.resetRequests();
});

describe('from a connection to accounts in the CRM', () => {
  it('connects, pulls, writes a batch in one call and tells what came of it', async () => {
    stage.sandbox.seed(OBJECT, [{ Name: 'Old Friend', Website: 'oldfriend.com', BillingCountry: 'USA' }]);
    const connection = await stage.connect();
    expect(connection).toMatchObject({ status: ConnectionStatus.HEALTHY, statusMessage: '' });
    const mirror = await stage.client.refreshMirror({ connectionId: connection.id, object: OBJECT }, stage.as);
    expect(mirror).toMatchObject({ state: 'idle', records: 1, created: 1, sequence: 1 });
    stage.sandbox.resetRequests();

    const accounts = Array.from({ length: 1000 }, (_, i) => ({ companyId: `co-${i}`, name: `Company ${i}`, website: `company${i}.com`, country: 'Germany' }));
    const done = await stage.results(await stage.plan(accounts, { connectionId: connection.id }));
    expect(done.results).toHaveLength(1000);
    expect(new Set(done.results.map((r) => r.outcome))).toEqual(new Set([ChangeOutcome.SUCCEEDED]));
    expect(done.apiCalls.find((c) => c.name === 'composite')).toEqual({ name: 'composite', count: 1 });
    expect(stage.sandbox.requests().operations['composite']).toBe(1);
    expect(stage.sandbox.counts()[OBJECT]).toBe(1001);
    const first = byCompany(done).get('co-0')!;
    const page = await stage.client.listCrmRecords({ connectionId: connection.id, object: OBJECT, crmIds: [first.crmId] }, stage.as);
    expect(page.records).toMatchObject([{ name: 'Company 0', website: 'company0.com', country: 'Germany', deleted: false }]);
  });
});
