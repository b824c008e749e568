import { crmWriter } from '@signalbox/contracts';
import { byCompany, Stage } from '@signalbox/crm-writer/testing';
import { startDynamicsSandbox, type DynamicsSandbox } from '@signalbox/sandbox';

const { ChangeOperation, ChangeOutcome } = crmWriter;
const KEY = 'signalbox_id';
let stage: Stage;
let sandbox: DynamicsSandbox;
let connectionId: string;

beforeAll(async () => {
  stage = await Stage.open();
  sandbox = await startDynamicsSandbox();
  sandbox.seed('account', Array.from({ length: 3000 }, (_, i) => ({ name: `Old ${i}`, websiteurl: `old${i}.example` })));
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  const settings = { tenant_id: tenantId, client_id: clientId, authority: sandbox.url };
  connectionId = (await stage.connect({ name: 'Dynamics', provider: 'dynamics', baseUrl: sandbox.url, settings, secrets: { client_secret: clientSecret } })).id;
});
afterAll(async () => {
  await stage?.close();
  await sandbox?.close();
});
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.resetRequests();
});

const company = (n: string) => ({
  changeId: `change-${n}`, companyId: n, identity: { id: n, name: `Company ${n}`, website: `${n}.example`, country: 'France' },
  fields: [{ field: 'name', after: `Company ${n}` }, { field: 'websiteurl', after: `${n}.example` }, { field: 'address1_country', after: 'France' }],
});
async function create(names: readonly string[]): Promise<crmWriter.ChangeBatchCompleted> {
  return stage.results(await stage.request({ operation: ChangeOperation.CREATE, object: 'Account', provider: 'dynamics', changes: names.map(company) }, { connectionId, externalIdField: KEY }), 60_000);
}
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the writer and Dynamics 365, an adapter that no service knows', () => {
  it('the mirror follows the environment by its change tracking', async () => {
    const mirror = await stage.client.refreshMirror({ connectionId, object: 'Account' }, stage.as);
    expect(mirror).toMatchObject({ records: 3000, created: 3000 });
    sandbox.resetRequests();
    sandbox.seed('account', [{ name: 'A new one' }]);
    expect(await stage.client.refreshMirror({ connectionId, object: 'Account' }, stage.as)).toMatchObject({ records: 3001, created: 1, changed: 0 });
    expect(sandbox.requests().operations['delta']).toBe(1);
  });

  it('a thousand accounts are one write, after one look at what others added', async () => {
    const { results } = await create(names('new', 1000));
    expect(results.filter((r) => r.outcome !== ChangeOutcome.SUCCEEDED)).toEqual([]);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 2, operations: { createMultiple: 1, list: 1 }, rows: { created: 1000 } });
  });

  it('when the answer is lost, each account is found by its key and none is made twice', async () => {
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'createMultiple', times: 1, hangMs: 50 });
    const before = sandbox.counts()['account']!;
    const { results } = await create(names('lost', 300));
    expect(new Set(results.map((r) => r.outcome))).toEqual(new Set([ChangeOutcome.UNKNOWN_THEN_SETTLED]));
    expect(sandbox.counts()['account']).toBe(before + 300);
  });

  it('CNA-9 what a duplicate rule of the environment finds is skipped, with the account found; what a plug-in refuses fails alone', async () => {
    sandbox.seed('account', [{ name: 'Company dup3', websiteurl: 'dup3.example' }]);
    const there = sandbox.records('account').at(-1)!['accountid'] as string;
    sandbox.faults.set({ kind: 'duplicate-rule' }, { kind: 'poison-record', matching: '^Company dup7$' });
    const results = byCompany(await create(names('dup', 50)));
    expect(results.get('dup3')).toMatchObject({ outcome: ChangeOutcome.SKIPPED, crmId: there });
    expect(results.get('dup7')).toMatchObject({ outcome: ChangeOutcome.FAILED, code: 'field_validation' });
    expect([...results.values()].filter((r) => r.outcome === ChangeOutcome.SUCCEEDED)).toHaveLength(48);
  });
});
