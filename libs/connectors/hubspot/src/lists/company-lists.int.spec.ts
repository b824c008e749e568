import { errorOf, testParts } from '@signalbox/connectors-sdk/testing';
import { CallCounter } from '@signalbox/connectors-sdk';
import { startHubspotSandbox, type HubspotSandbox } from '@signalbox/sandbox';
import { openCompanyLists, type CompanyLists } from './company-lists.ts';

describe('lists of companies in HubSpot', () => {
  let sandbox: HubspotSandbox;
  let lists: CompanyLists;

  beforeEach(async () => {
    sandbox = await startHubspotSandbox({ burstLimit: 1_000 });
    lists = openCompanyLists({ baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken }, parts: testParts() });
  });
  afterEach(async () => {
    lists.close();
    await sandbox.close();
  });

  const companies = (count: number) => sandbox.seed('companies', Array.from({ length: count }, (_, i) => ({ name: `C${i}` }))).ids;
  const membersOf = async (id: string) => {
    const members: string[] = [];
    for await (const page of lists.members(id)) members.push(...page);
    return members;
  };
  const post = (path: string, body: object) => fetch(`${sandbox.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' } });

  it('finds a list by its name or makes it, once', async () => {
    expect(await lists.find('Big ones')).toBeUndefined();
    const made = await lists.ensure('Big ones');
    expect(made).toMatchObject({ name: 'Big ones', processingType: 'MANUAL' });
    expect(await lists.ensure('big ONES')).toEqual(made);
    expect(sandbox.requests().operations['lists.create']).toBe(1);
  });

  it('WFL-8 members are added and removed, and companies that HubSpot does not have are reported, not invented', async () => {
    const ids = companies(1_500);
    const { id } = await lists.ensure('Segment A');
    const counter = new CallCounter();
    const first = await lists.forWork({ counter }).change(id, [...ids, '4711'], []);
    expect([first.added.length, first.removed.length, first.missing]).toEqual([1_500, 0, ['4711']]);
    expect(counter.take()).toEqual({ 'memberships.change': 2 });
    expect(await lists.change(id, ids.slice(0, 10), ids.slice(1_490))).toEqual({ added: [], removed: ids.slice(1_490), missing: [] });
    expect(await membersOf(id)).toEqual(ids.slice(0, 1_490));
    expect(sandbox.counts()['companies']).toBe(1_500);
  });

  it('a lost answer changes nothing: what is asked again is done once', async () => {
    const ids = companies(20);
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'lists.create', times: 1, hangMs: 1 });
    const { id } = await lists.ensure('Once');
    expect(sandbox.requests().operations['lists.create']).toBe(1);
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'memberships.addAndRemove', times: 1, hangMs: 1 });
    await lists.change(id, ids, []);
    expect(await membersOf(id)).toEqual(ids);
  });

  it('says what stands in the way of a name, and that a list is gone', async () => {
    await post('/crm/v3/lists', { name: 'People', objectTypeId: '0-1', processingType: 'MANUAL' });
    await post('/crm/v3/lists', { name: 'By filter', objectTypeId: '0-2', processingType: 'DYNAMIC', filterBranch: { filterBranchType: 'OR' } });
    expect(await errorOf(lists.ensure('People'))).toMatchObject({ kind: 'Conflict', code: 'hubspot.list_name_taken', field: 'name', publicMessage: expect.stringContaining('not one of companies') });
    expect(await errorOf(lists.ensure('By filter'))).toMatchObject({ kind: 'Conflict', code: 'hubspot.list_not_manual', publicMessage: expect.stringContaining('its own filters') });
    expect(await errorOf(lists.change('999', ['1'], []))).toMatchObject({ kind: 'NotFound' });
    sandbox.faults.set({ kind: 'forbidden', scopes: ['crm.lists.write'] });
    expect(await errorOf(lists.ensure('New'))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('crm.lists.write') });
  });
});
