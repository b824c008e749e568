import { Client } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { startHubspotSandbox, type HubspotSandbox } from './index.ts';

describe("HubSpot's own Node client, unmodified: schema, deals, lists, limits", () => {
  let sandbox: HubspotSandbox;
  let client: Client;

  beforeEach(async () => {
    sandbox = await startHubspotSandbox();
    client = new Client({ accessToken: sandbox.credentials.accessToken, basePath: sandbox.url, numberOfApiCallRetries: 0 });
  });
  afterEach(() => sandbox.close());

  it('describes properties, and takes a unique one of our own', async () => {
    const { coreApi } = client.crm.properties;
    const all = (await coreApi.getAll('companies')).results;
    expect(all.find((p) => p.name === 'signalbox_id')).toMatchObject({ hasUniqueValue: true, type: 'string' });
    expect(all.find((p) => p.name === 'hs_object_id')?.modificationMetadata?.readOnlyValue).toBe(true);
    expect(all.find((p) => p.name === 'hubspot_owner_id')?.options.length).toBe(3);
    const made = await coreApi.create('companies', { name: 'our_key', label: 'Our key', groupName: 'companyinformation', type: 'string' as never, fieldType: 'text' as never, hasUniqueValue: true });
    expect(made.hasUniqueValue).toBe(true);
    const upserted = await client.crm.companies.batchApi.upsert({ inputs: [{ id: 'k1', idProperty: 'our_key', properties: { name: 'One' } }] });
    expect(upserted.results[0]!.properties['our_key']).toBe('k1');
    await coreApi.archive('companies', 'our_key');
    await expect(coreApi.getByName('companies', 'our_key')).rejects.toMatchObject({ code: 404 });
  });

  it('has pipelines whose stages say open, won and lost', async () => {
    const { results } = await client.crm.pipelines.pipelinesApi.getAll('deals');
    expect(results[0]!.stages.find((s) => s.id === 'closedwon')?.metadata).toEqual({ isClosed: 'true', probability: '1.0' });
    const own = await client.crm.pipelines.pipelinesApi.create('deals', { label: 'Renewals', displayOrder: 1, stages: [{ label: 'Open', displayOrder: 0, metadata: { probability: '0.5' } }, { label: 'Renewed', displayOrder: 1, metadata: { probability: '1.0' } }] });
    const deal = await client.crm.deals.basicApi.create({ properties: { dealname: 'D', pipeline: own.id, dealstage: own.stages[1]!.id, amount: '10' }, associations: [] });
    expect(deal.properties).toMatchObject({ hs_is_closed: 'true', hs_is_closed_won: 'true', hs_is_closed_lost: 'false' });
    await client.crm.deals.basicApi.update(deal.id, { properties: { dealstage: own.stages[0]!.id } });
    expect((await client.crm.deals.basicApi.getById(deal.id, ['hs_is_closed_won'])).properties['hs_is_closed_won']).toBe('false');
    await expect(client.crm.deals.basicApi.create({ properties: { dealname: 'D', dealstage: 'no such' }, associations: [] })).rejects.toMatchObject({ code: 400 });
    await expect(client.crm.deals.basicApi.create({ properties: { dealname: 'D' }, associations: [] })).rejects.toMatchObject({ code: 400, body: { context: { properties: ['dealstage'] } } });
  });

  it('associates records, from both ends', async () => {
    const [company] = sandbox.seed('companies', [{ name: 'A' }]).ids;
    const [contact] = sandbox.seed('contacts', [{ email: 'a@example.com' }]).ids;
    const { batchApi, basicApi } = client.crm.associations.v4;
    const types = [{ associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined, associationTypeId: 279 }];
    await batchApi.create('contacts', 'companies', { inputs: [{ _from: { id: contact! }, to: { id: company! }, types }] });
    expect((await basicApi.getPage('companies', company!, 'contacts')).results[0]).toMatchObject({ toObjectId: contact, associationTypes: [{ typeId: 280 }] });
    const read = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: contact! }, { id: '1' }] });
    expect(read.results[0]!.to[0]!.toObjectId).toBe(company);
    await batchApi.archive('contacts', 'companies', { inputs: [{ _from: { id: contact! }, to: [{ id: company! }] }] });
    expect((await basicApi.getPage('companies', company!, 'contacts')).results).toEqual([]);
  });

  it('keeps lists with their members; unknown ids are reported and adding twice changes nothing', async () => {
    const { listsApi, membershipsApi } = client.crm.lists;
    const ids = sandbox.seed('companies', Array.from({ length: 300 }, (_, i) => ({ name: `C${i}` }))).ids;
    const { list } = await listsApi.create({ name: 'Signalbox: big ones', objectTypeId: '0-2', processingType: 'MANUAL' });
    expect((await listsApi.getByName('signalbox: BIG ones', '0-2')).list.listId).toBe(list.listId);
    await expect(listsApi.create({ name: 'Signalbox: Big Ones', objectTypeId: '0-2', processingType: 'MANUAL' })).rejects.toMatchObject({ code: 400, body: { subCategory: 'ILS.DUPLICATE_LIST_NAMES' } });
    const added = await membershipsApi.add(list.listId, [...ids, '999']);
    expect(added.recordsIdsAdded).toHaveLength(300);
    expect(added.recordIdsMissing).toEqual(['999']);
    expect((await membershipsApi.add(list.listId, ids)).recordsIdsAdded).toEqual([]);
    const changed = await membershipsApi.addAndRemove(list.listId, { recordIdsToAdd: [], recordIdsToRemove: ids.slice(0, 10) });
    expect(changed.recordIdsRemoved).toHaveLength(10);
    const first = await membershipsApi.getPage(list.listId, undefined, undefined, 250);
    const second = await membershipsApi.getPage(list.listId, first.paging!.next!.after, undefined, 250);
    expect([first.total, first.results.length, second.results.length]).toEqual([290, 250, 40]);
    expect((await membershipsApi.getLists('0-2', ids[20]!)).results.map((l) => l.listId)).toEqual([list.listId]);
    expect((await listsApi.doSearch({ query: 'big', count: 10, offset: 0, listIds: [], processingTypes: [], additionalProperties: [] })).lists[0]!.additionalProperties).toMatchObject({ hs_list_size: '290' });
    await listsApi.updateName(list.listId, 'Renamed');
    await listsApi.remove(list.listId);
    await expect(listsApi.getById(list.listId)).rejects.toMatchObject({ code: 404 });
    await listsApi.restore(list.listId);
    expect((await listsApi.getById(list.listId)).list).toMatchObject({ name: 'Renamed', size: 290 });
  });

  it('names owners, and signs in with a refresh token', async () => {
    expect((await client.crm.owners.ownersApi.getPage()).results).toHaveLength(3);
    const { clientId, clientSecret, refreshToken } = sandbox.credentials;
    const own = new Client({ basePath: sandbox.url });
    const tokens = await own.oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, clientSecret, refreshToken);
    expect(tokens).toMatchObject({ tokenType: 'bearer', expiresIn: 1800 });
    expect(await own.oauth.accessTokensApi.get(tokens.accessToken)).toMatchObject({ hubId: sandbox.portalId });
    own.setAccessToken(tokens.accessToken);
    expect((await own.crm.companies.basicApi.getPage()).results).toEqual([]);
    sandbox.endSessions();
    await expect(own.crm.companies.basicApi.getPage()).rejects.toMatchObject({ code: 401, body: { category: 'EXPIRED_AUTHENTICATION' } });
    await expect(own.oauth.tokensApi.create('refresh_token', undefined, undefined, clientId, 'wrong', refreshToken)).rejects.toMatchObject({ code: 400, body: { status: 'BAD_CLIENT_SECRET' } });
  });

  it('tells its limits in headers and refuses with the policy that was reached', async () => {
    const get = (path: string) => fetch(`${sandbox.url}${path}`, { headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` } });
    const search = () => fetch(`${sandbox.url}/crm/v3/objects/companies/search`, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' } });
    sandbox.settings({ burstLimit: 10, dailyLimit: 1000 });
    const first = await get('/crm/v3/objects/companies');
    expect(Object.fromEntries([...first.headers].filter(([name]) => name.startsWith('x-hubspot')))).toEqual({
      'x-hubspot-ratelimit-max': '10', 'x-hubspot-ratelimit-remaining': '9', 'x-hubspot-ratelimit-interval-milliseconds': '10000', 'x-hubspot-ratelimit-daily': '1000', 'x-hubspot-ratelimit-daily-remaining': '999',
    });
    const searches = [];
    for (let i = 0; i < 6; i++) searches.push(await search());
    expect(searches.map((r) => r.status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await searches[5]!.json()).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'SECONDLY' });
    expect(searches[0]!.headers.get('x-hubspot-ratelimit-remaining')).toBeNull();
    for (let i = 0; i < 4; i++) await get('/crm/v3/objects/companies');
    expect(await (await get('/account-info/v3/details')).json()).toMatchObject({ policyName: 'TEN_SECONDLY_ROLLING', message: 'You have reached your ten_secondly_rolling limit.' });
    sandbox.settings({ dailyUsage: 1000 });
    expect(await (await get('/crm/v3/objects/companies')).json()).toMatchObject({ policyName: 'DAILY' });
  });

  it('speaks the dated paths and TLS as well', async () => {
    const bearer = { authorization: `Bearer ${sandbox.credentials.accessToken}` };
    sandbox.seed('companies', [{ name: 'A' }]);
    for (const path of ['/crm/objects/2026-03/companies', '/crm/objects/2026-09/0-2', '/crm/v3/objects/company']) {
      expect(await (await fetch(`${sandbox.url}${path}`, { headers: bearer })).json()).toMatchObject({ results: [{ properties: { name: 'A' } }] });
    }
    expect((await fetch(`${sandbox.url}/crm/lists/2026-03/1`, { headers: bearer })).status).toBe(404);
    expect((await fetch(`${sandbox.url}/crm/properties/2026-03/deals`, { headers: bearer })).status).toBe(200);
    const secure = await startHubspotSandbox({ tls: true });
    expect(secure.tls?.cert).toContain('BEGIN CERTIFICATE');
    await secure.close();
  });

  it('merges: the id that was lost leads to what it became part of', async () => {
    const [a, b] = sandbox.seed('companies', [{ name: 'A' }, { name: 'B', city: 'Ulm' }]).ids;
    await client.apiRequest({ method: 'POST', path: '/crm/v3/objects/companies/merge', body: { primaryObjectId: a, objectIdToMerge: b } });
    expect(await client.crm.companies.basicApi.getById(b!, ['name', 'city', 'hs_merged_object_ids'])).toMatchObject({ id: a, properties: { name: 'A', city: 'Ulm', hs_merged_object_ids: b } });
    const updated = await client.crm.companies.batchApi.update({ inputs: [{ id: b!, properties: { zip: '1' } }] });
    expect(updated.results.map((r) => r.id)).toEqual([a]);
  });
});
