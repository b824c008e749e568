import { crmWriter } from '@signalbox/contracts';
import { byCompany, Stage } from '@signalbox/crm-writer/testing';
import { startHubspotSandbox, type HubspotSandbox } from '@signalbox/sandbox';

const { ChangeOperation, ChangeOutcome } = crmWriter;
const KEY = 'signalbox_id';
let stage: Stage;
let sandbox: HubspotSandbox;
let connectionId: string;
/** How far the account's clock is behind: what it holds was not made a moment ago. */
let behindMs = 3_600_000;

beforeAll(async () => {
  stage = await Stage.open();
  sandbox = await startHubspotSandbox({ now: () => Date.now() - behindMs, burstLimit: 10_000, searchesPerSecond: 100 });
  sandbox.seed('companies', Array.from({ length: 3000 }, (_, i) => ({ name: `Old ${i}`, domain: `old${i}.example` })));
  behindMs = 0;
  connectionId = (await stage.connect({ name: 'HubSpot', provider: 'hubspot', baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken } })).id;
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
  fields: [{ field: 'name', after: `Company ${n}` }, { field: 'domain', after: `${n}.example` }, { field: 'country', after: 'France' }],
});
async function create(names: readonly string[]): Promise<crmWriter.ChangeBatchCompleted> {
  return stage.results(await stage.request({ operation: ChangeOperation.CREATE, object: 'Account', provider: 'hubspot', changes: names.map(company) }, { connectionId, externalIdField: KEY }), 60_000);
}
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the writer and HubSpot, an adapter that no service knows', () => {
  it('the mirror follows the account: everything at first, then what changed, deletions included', async () => {
    expect(await stage.client.refreshMirror({ connectionId, object: 'Account' }, stage.as)).toMatchObject({ records: 3000, created: 3000 });
    sandbox.seed('companies', [{ name: 'A new one' }]);
    sandbox.archive('companies', sandbox.records('companies')[7]!['hs_object_id']!);
    sandbox.resetRequests();
    expect(await stage.client.refreshMirror({ connectionId, object: 'Account' }, stage.as)).toMatchObject({ records: 3000, created: 1 });
    expect(sandbox.requests().operations['list']).toBe(1);
  });

  it('a thousand companies are ten writes, after one look at what others added', async () => {
    const { results } = await create(names('new', 1000));
    expect(results.filter((r) => r.outcome !== ChangeOutcome.SUCCEEDED)).toEqual([]);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 11, operations: { 'batch.upsert': 10, search: 1 }, rows: { created: 1000 } });
  });

  it('when an answer is lost, each company is found by its key and none is made twice', async () => {
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'batch.upsert', times: 1, hangMs: 50 });
    const before = sandbox.counts()['companies']!;
    const { results } = await create(names('lost', 300));
    const settled = results.filter((r) => r.outcome === ChangeOutcome.UNKNOWN_THEN_SETTLED);
    expect([results.length, settled.length]).toEqual([300, 100]);
    expect(results.every((r) => r.crmId !== '')).toBe(true);
    expect(sandbox.counts()['companies']).toBe(before + 300);
  });

  it('when a call was cut off before it did anything, its companies are written after all, once', async () => {
    sandbox.faults.set({ kind: 'timeout-before-commit', operation: 'batch.upsert', times: 1, hangMs: 50 });
    const before = sandbox.counts()['companies']!;
    const { results } = await create(names('cut', 150));
    expect(results.filter((r) => r.outcome === ChangeOutcome.FAILED || r.crmId === '')).toEqual([]);
    expect([results.length, sandbox.counts()['companies']]).toEqual([150, before + 150]);
  });

  it('updates are ten writes for a thousand as well, and a company that has gone is skipped', async () => {
    const { results } = await create(names('upd', 1000));
    const ids = new Map(results.map((r) => [r.changeId, r.crmId]));
    sandbox.archive('companies', ids.get('change-upd3')!);
    sandbox.resetRequests();
    const changes = names('upd', 1000).map((n) => ({ changeId: `update-${n}`, companyId: n, crmId: ids.get(`change-${n}`)!, fields: [{ field: 'city', before: '', after: 'Lyon' }] }));
    const updated = byCompany(await stage.results(await stage.request({ operation: ChangeOperation.UPDATE, object: 'Account', provider: 'hubspot', changes }, { connectionId, externalIdField: KEY }), 60_000));
    expect(updated.get('upd3')).toMatchObject({ outcome: ChangeOutcome.SKIPPED });
    expect([...updated.values()].filter((r) => r.outcome === ChangeOutcome.SUCCEEDED)).toHaveLength(999);
    expect(sandbox.requests().operations['batch.update']).toBe(10);
    expect(sandbox.requests().apiCalls).toBeLessThanOrEqual(11);
  });

  it('CNA-9 what a rule of the account refuses fails alone, by the name of its property', async () => {
    sandbox.faults.set({ kind: 'poison-record', matching: '^Company odd7$' });
    const results = byCompany(await create(names('odd', 50)));
    expect(results.get('odd7')).toMatchObject({ outcome: ChangeOutcome.FAILED, code: 'field_validation', message: expect.stringContaining('name') });
    expect([...results.values()].filter((r) => r.outcome === ChangeOutcome.SUCCEEDED)).toHaveLength(49);
  });
});
