import type { ConnectorSession } from '@signalbox/connectors-sdk';
import { errorOf, testParts } from '@signalbox/connectors-sdk/testing';
import { startHubspotSandbox, type HubspotSandbox } from '@signalbox/sandbox';
import { connector } from '../index.ts';

/** What HubSpot's lists have of their own, beside what the contract suite asks of all. */
describe('lists in HubSpot', () => {
  let sandbox: HubspotSandbox;
  let session: ConnectorSession;

  beforeEach(async () => {
    sandbox = await startHubspotSandbox({ burstLimit: 1_000 });
    session = connector.connect({ baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken }, parts: testParts() });
  });
  afterEach(async () => {
    session.close();
    await sandbox.close();
  });

  const post = (path: string, body: object) => fetch(`${sandbox.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' } });
  const makeOthers = async () => {
    await post('/crm/v3/lists', { name: 'People', objectTypeId: '0-1', processingType: 'MANUAL' });
    await post('/crm/v3/lists', { name: 'By filter', objectTypeId: '0-2', processingType: 'DYNAMIC', filterBranch: { filterBranchType: 'OR' } });
  };

  it('says what stands in the way of a name, and which right is missing', async () => {
    await makeOthers();
    const lists = session.lists!;
    expect(await errorOf(lists.ensure('Account', 'People'))).toMatchObject({ kind: 'Conflict', code: 'hubspot.list_name_taken', field: 'name', publicMessage: expect.stringContaining('holds other records') });
    expect(await errorOf(lists.ensure('Account', 'By filter'))).toMatchObject({ kind: 'Conflict', code: 'hubspot.list_not_manual', publicMessage: expect.stringContaining('its own filters') });
    sandbox.faults.set({ kind: 'forbidden', scopes: ['crm.lists.write'] });
    expect(await errorOf(lists.ensure('Account', 'New'))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('crm.lists.write') });
  });

  it('lists of companies and of people are kept apart, and every page of them is read', async () => {
    await makeOthers();
    const namesOf = async (object: string) => {
      const names: string[] = [];
      for await (const page of session.lists!.all(object)) names.push(...page.map((list) => `${list.name}${list.manual ? '' : ' (filtered)'}`));
      return names;
    };
    expect([await namesOf('Account'), await namesOf('Contact')]).toEqual([['By filter (filtered)'], ['People']]);
    for (let i = 0; i < 510; i += 1) await post('/crm/v3/lists', { name: `List ${i}`, objectTypeId: '0-1', processingType: 'MANUAL' });
    expect(await namesOf('Contact')).toHaveLength(511);
  });
});
