import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHubspotSandbox, type HubspotSandbox } from './index.ts';

describe('running the HubSpot sandbox', () => {
  let sandbox: HubspotSandbox;
  let folder: string;

  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hubspot-sandbox-')); });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => sandbox.close());

  const control = (path: string, init: RequestInit = {}) => fetch(`${sandbox.url}/__sandbox${path}`, { headers: { 'content-type': 'application/json' }, ...init });
  const ask = (path: string, init: RequestInit = {}) => fetch(`${sandbox.url}${path}`, { ...init, headers: { authorization: `Bearer ${sandbox.credentials.accessToken}`, 'content-type': 'application/json' } });
  const create = (properties: object) => ask('/crm/v3/objects/companies', { method: 'POST', body: JSON.stringify({ properties }) });

  it('takes properties from a schema file and records from a CSV, and stops at the line that is wrong', async () => {
    const schemaFile = join(folder, 'schema.json');
    const seedFile = join(folder, 'companies.csv');
    await writeFile(schemaFile, JSON.stringify({ objects: { companies: { properties: [{ name: 'tier', type: 'enumeration', options: ['A', 'B'] }, { name: 'about_us', remove: true }] } } }));
    await writeFile(seedFile, 'name,domain,tier\nAcme,acme.com,A\n"Bäcker, Söhne",baecker.de,B\n');
    sandbox = await startHubspotSandbox({ schemaFile, seedFile });
    expect(sandbox.counts()).toEqual({ companies: 2, contacts: 0, deals: 0 });
    expect((await ask('/crm/v3/properties/companies/about_us')).status).toBe(404);
    const dump = await (await control('/records/companies?fields=name,tier')).text();
    expect(dump.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([{ name: 'Acme', tier: 'A' }, { name: 'Bäcker, Söhne', tier: 'B' }]);
    const bad = await control('/records/companies', { method: 'POST', body: 'name,tier\nX,A\nY,C\n', headers: { 'content-type': 'text/csv' } });
    expect([bad.status, await bad.json()]).toEqual([400, { error: expect.stringMatching(/line 3, tier: C was not one of the allowed options/) }]);
    await writeFile(schemaFile, JSON.stringify({ objects: { tickets: {} } }));
    await expect(startHubspotSandbox({ schemaFile })).rejects.toThrow(/no object 'tickets'.*companies, contacts, deals/);
  });

  it('tells what it counted, and what the account would count', async () => {
    sandbox = await startHubspotSandbox();
    await create({ name: 'A' });
    await create({ name: 'B', no_such: '1' });
    await ask('/crm/v3/objects/companies?limit=5');
    await fetch(`${sandbox.url}/crm/v3/objects/companies`);
    expect(await (await control('/requests')).json()).toMatchObject({ operations: { create: 2, list: 2 }, apiCalls: 3, rows: { created: 1, failed: 1 }, statuses: { 200: 1, 201: 1, 400: 1, 401: 1 } });
    expect((await control('/requests', { method: 'DELETE' })).status).toBe(204);
    expect(sandbox.requests().apiCalls).toBe(0);
    expect((await control('/data', { method: 'DELETE' })).status).toBe(204);
    expect(await (await control('')).json()).toMatchObject({ portalId: sandbox.portalId, counts: { companies: 0 } });
  });

  it('is troubled by switches, which are judged when they are set', async () => {
    sandbox = await startHubspotSandbox();
    const set = (fault: object) => control('/faults', { method: 'PUT', body: JSON.stringify({ faults: [fault] }) });
    expect(await (await set({ kind: 'lock-row' })).json()).toEqual({ error: expect.stringContaining("Unknown fault kind 'lock-row'") });
    await set({ kind: 'rate-limited', operation: 'write', times: 1, retryAfterSeconds: 3 });
    expect((await ask('/crm/v3/objects/companies')).status).toBe(200);
    const refused = await create({ name: 'A' });
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { policyName: string }).policyName]).toEqual([429, '3', 'TEN_SECONDLY_ROLLING']);
    expect((await create({ name: 'A' })).status).toBe(201);
    await set({ kind: 'poison-record', matching: '^Bad', message: 'No bad ones.' });
    expect(((await (await create({ name: 'Bad Ltd' })).json()) as { errors: object[] }).errors).toEqual([{ message: 'No bad ones.', code: 'FAILED_VALIDATION_RULE', context: { propertyName: ['name'] } }]);
    await set({ kind: 'field-removed', object: 'companies', field: 'city' });
    expect((await create({ name: 'B', city: 'Ulm' })).status).toBe(400);
    await set({ kind: 'timeout-after-commit', operation: 'create', hangMs: 1 });
    await expect(create({ name: 'Committed' })).rejects.toThrow();
    await set({ kind: 'timeout-before-commit', operation: 'create', hangMs: 1 });
    await expect(create({ name: 'Not committed' })).rejects.toThrow();
    expect(sandbox.records('companies').map((r) => r['name'])).toEqual(['A', 'Committed']);
    expect(sandbox.requests().faults).toEqual({ 'rate-limited': 1, 'timeout-after-commit': 1, 'timeout-before-commit': 1 });
  });

  it('knows what it was not given a right to', async () => {
    sandbox = await startHubspotSandbox({ scopes: ['crm.objects.companies.read'] });
    const refused = await create({ name: 'A' });
    expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining({ category: 'MISSING_SCOPES', errors: [expect.objectContaining({ context: { requiredGranularScopes: ['crm.objects.companies.write'] } })] })]);
    expect((await ask('/crm/v3/objects/companies')).status).toBe(200);
    expect((await ask('/crm/v3/objects/companies', { method: 'DELETE' })).status).toBe(405);
    expect((await ask('/crm/v3/objects/unicorns')).status).toBe(400);
    expect((await ask('/nowhere')).status).toBe(404);
  });
});
