import type { PulledPage, WriteRow } from '@signalbox/connectors-sdk';
import { errorOf } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { salesforceObjects } from './objects.ts';
import { connectTo, outcomesOf, type Connected } from './testing/connect.ts';

let sandbox: SalesforceSandbox;
let connected: Connected;

beforeAll(async () => { sandbox = await startSalesforceSandbox(); });
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.reset();
  connected = connectTo(sandbox);
  sandbox.resetRequests();
});
afterEach(() => connected.session.close());

async function pullAll(object: string): Promise<PulledPage['records']> {
  const { session } = connected;
  const fields = session.mirrorFields(object, await session.describe(object));
  const records: PulledPage['records'] = [];
  for await (const page of session.pull(object, { fields })) records.push(...page.records);
  return records;
}

const create = (values: Record<string, string>[]): WriteRow[] => values.map((one, i) => ({ changeId: `c${i}`, crmId: '', externalKey: '', values: one }));
const VALUES: Record<string, (i: number, accountId: string) => Record<string, string>> = {
  Lead: (i) => ({ LastName: `Person ${i}`, Company: `Engines ${i % 5}`, Website: `engines${i}.example` }),
  Contact: (i, AccountId) => ({ LastName: `Person ${i}`, AccountId }),
  Opportunity: (i, AccountId) => ({ Name: `Deal ${i % 5}`, StageName: 'Prospecting', CloseDate: `2027-01-${10 + i}`, AccountId }),
};

describe('objects beyond accounts', () => {
  it.each(salesforceObjects.map((o) => o.name))('%s: every field that the manifest names is there, and is kept by the mirror', async (object) => {
    const { session } = connected;
    const described = await session.describe(object);
    const { identity, standing, account, progress } = salesforceObjects.find((o) => o.name === object)!;
    const named = [...Object.values(identity), ...Object.values(standing ?? {}), account ?? '', ...Object.values(progress ?? {}).flat().map((c) => c.field)].filter((f) => f !== '');
    expect(session.mirrorFields(object, described)).toEqual(expect.arrayContaining(named));
  });

  it('deals are open, won or lost by what the mirror holds as text', async () => {
    sandbox.seed('Opportunity', ['Prospecting', 'Closed Won', 'Closed Lost'].map((StageName) => ({ Name: StageName, StageName, CloseDate: '2027-01-01' })));
    const { progress } = salesforceObjects.find((o) => o.name === 'Opportunity')!;
    const stateOf = (fields: Record<string, string>) => (['won', 'lost'] as const).find((state) => progress![state].every(({ field, value }) => fields[field] === value)) ?? 'open';
    expect((await pullAll('Opportunity')).map((r) => [r.name, stateOf(r.fields)])).toEqual([['Prospecting', 'open'], ['Closed Won', 'won'], ['Closed Lost', 'lost']]);
  });

  it('users and lead statuses are read, and writing them is refused by name', async () => {
    expect((await pullAll('User')).map((r) => [r.name, r.fields['IsActive']])).toEqual([['Integration User', 'true']]);
    expect((await pullAll('LeadStatus')).map((r) => [r.name, r.fields['IsConverted']])).toContainEqual(['Closed - Converted', 'true']);
    for (const object of ['User', 'LeadStatus']) {
      expect(await errorOf(outcomesOf(connected.session, { object, operation: 'create', rows: create([{ Name: 'x' }]), externalIdField: '' }))).toMatchObject({ kind: 'Invalid', publicMessage: expect.stringContaining('Salesforce') });
    }
  });

  it.each(Object.keys(VALUES))('%s: rows whose answer was lost are found by a search, without a key', async (object) => {
    const accountId = sandbox.seed('Account', [{ Name: 'Engines' }]).ids[0]!;
    const rows = create(Array.from({ length: 12 }, (_, i) => VALUES[object]!(i, accountId)));
    const attemptedAt = connected.parts.clock.now();
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'write', times: 1, hangMs: 20 });
    expect((await outcomesOf(connected.session, { object, operation: 'create', rows, externalIdField: '' })).map((o) => o.kind)).toEqual(rows.map(() => 'unknown'));
    const answers = await connected.session.settle({ object, operation: 'create', rows: rows.map((row) => ({ ...row, attemptedAt })), externalIdField: '', quietMs: 60_000 });
    expect(answers.map((a) => a.crmIds)).toEqual(sandbox.records(object).map((r) => [r['Id']]));
    const missing = await connected.session.settle({ object, operation: 'create', rows: create([VALUES[object]!(14, accountId)]).map((row) => ({ ...row, attemptedAt })), externalIdField: '', quietMs: 60_000 });
    expect(missing).toMatchObject([{ crmIds: [], final: false }]);
  });

  it('1,000 deletions are one API call', async () => {
    const { ids } = sandbox.seed('Contact', Array.from({ length: 1000 }, (_, i) => ({ LastName: `Person ${i}` })));
    const rows = ids.map((crmId, i): WriteRow => ({ changeId: `d${i}`, crmId, externalKey: '', values: {} }));
    const outcomes = await outcomesOf(connected.session, { object: 'Contact', operation: 'delete', rows, externalIdField: '' });
    expect(outcomes.filter((o) => o.kind === 'written')).toHaveLength(1000);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, subrequests: { 'collections.delete': 5 }, rows: { deleted: 1000 } });
  });
});
