import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox } from '@signalbox/sandbox';
import { firstSignIn, startStandalone, type RunningStandalone } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';

// Bodies are whatever the scenario expects of them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;
interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** Every page of the REST API against the running product, the way a customer's own program would use it. */
describe('the REST API', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-rest-'));
  let product: RunningStandalone;
  let crm: Awaited<ReturnType<typeof startSalesforceSandbox>>;
  let token: string;
  const ids: Record<string, string> = {};

  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const form = body instanceof FormData;
    const json = body !== undefined && typeof body !== 'string' && !form;
    const response = await fetch(`${product.url}/api/v1${path}`, {
      method, body: json ? JSON.stringify(body) : (body as string | FormData | undefined),
      headers: { authorization: `Bearer ${token}`, ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text };
  };
  const get = async (path: string) => (await call('GET', path)).body;

  beforeAll(async () => {
    crm = await startSalesforceSandbox({ port: 0 });
    crm.seed('Account', [{ Name: 'Apple Computer, Inc', Website: 'www.apple.com', BillingCountry: 'USA' }]);
    product = await startStandalone({ dataDir: join(folder, 'data'), httpPort: 0, logger: createLogger({ service: 'rest', level: process.env['SPEC_LOG'] ?? 'silent' }) });
    ({ token } = await firstSignIn(product.url));
  }, 180_000);
  afterAll(async () => {
    await product?.stop();
    await crm?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('takes a file of companies as it is or from a form, once for each Idempotency-Key', async () => {
    const csv = 'id,name,website,country\n1,Apple Inc.,www.apple.com,USA\n2,=Borealis,borealis.se,Sweden\n3,"Oak, Ltd",oak.co.uk,United Kingdom\n';
    const key = { 'idempotency-key': 'import-1', 'content-type': 'text/csv' };
    const first = await call('POST', '/companies/imports?fileName=list.csv', csv, key);
    expect(first).toMatchObject({ status: 201, body: { fileName: 'list.csv', state: 'finished', rowsCreated: 3, rowsRejected: 0, failure: '' } });
    const again = await call('POST', '/companies/imports?fileName=list.csv', csv, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await call('POST', '/companies/imports?fileName=list.csv', `${csv}4,More,more.com,USA\n`, key)).toMatchObject({ status: 422 });
    const form = new FormData();
    form.set('file', new Blob([csv]), 'form.csv');
    expect(await call('POST', '/companies/imports', form)).toMatchObject({ status: 201, body: { fileName: 'form.csv', rowsUnchanged: 3 } });
    expect((await get('/companies/imports')).items.map((i: Body) => i.fileName)).toEqual(['form.csv', 'list.csv']);
    expect(await get(`/companies/imports/${first.body.id}`)).toMatchObject({ id: first.body.id, state: 'finished' });
  });

  it('keeps what it can of a file with broken rows, and lists the others with their lines', async () => {
    const broken = await call('POST', '/companies/imports?fileName=broken.csv', 'id,name,website,country\n10,Good One,good.com,USA\n11,Short\n12,Good Two,two.com,USA\n', { 'content-type': 'text/csv' });
    expect(broken).toMatchObject({ status: 201, body: { state: 'finished', rowsCreated: 2, rowsRejected: 1 } });
    expect((await get(`/companies/imports/${broken.body.id}/problems`)).items).toEqual([{ line: 3, code: expect.stringMatching(/^segments\.import\./), message: expect.any(String) }]);
    const header = await call('POST', '/companies/imports?fileName=header.csv', 'foo;bar\n1;2\n', { 'content-type': 'text/csv' });
    expect(header).toMatchObject({ status: 201, body: { state: 'failed', rowsRead: 0, failure: expect.stringMatching(/header.*name/i) } });
    expect((await call('POST', '/companies/imports', '{}', { 'content-type': 'application/json' })).status).toBe(415);
  });

  it('answers for each company of a batch', async () => {
    const answer = await call('POST', '/companies', { companies: [{ sourceId: '1', name: 'Apple Inc.', website: 'www.apple.com', country: 'USA', employees: 5 }, { sourceId: '', name: '' }] });
    expect(answer.status).toBe(200);
    expect(answer.body.items).toHaveLength(2);
    expect(answer.body.items[0]).toMatchObject({ changed: true, created: false, problem: null });
    expect(answer.body.items[1].problem).toMatchObject({ field: expect.any(String), message: expect.any(String) });
    expect((await get('/companies?search=apple')).items).toEqual([expect.objectContaining({ sourceId: '1', domain: 'apple.com', employees: 5, annualRevenue: null })]);
    expect((await get('/company-fields')).items).toContainEqual(expect.objectContaining({ name: 'name', type: 'text' }));
  });

  it('makes, counts, changes and downloads segments', async () => {
    const rule = { group: { operator: 'any', children: [{ field: { field: 'source_id', operator: 'in', values: ['1', '2', '3'] } }] } };
    expect((await call('POST', '/segments/preview', { rule })).body).toMatchObject({ size: 3, sample: expect.any(Array) });
    const made = await Promise.all([1, 2].map(() => call('POST', '/segments', { name: 'All', kind: 'dynamic', rule }, { 'idempotency-key': 'segment-1' })));
    const saved = made.find((a) => a.status === 201)!;
    ids['segment'] = saved.body.id;
    expect(saved.body).toMatchObject({ kind: 'dynamic', size: 3, rule });
    expect((await get('/segments')).items).toHaveLength(1);
    expect((await call('PATCH', `/segments/${ids['segment']}`, { name: 'Three' })).body).toMatchObject({ name: 'Three', rule, size: 3 });
    const page = await get(`/segments/${ids['segment']}/members?limit=2`);
    expect(page.items).toHaveLength(2);
    expect((await get(`/segments/${ids['segment']}/members?limit=2&cursor=${page.nextCursor}`))).toMatchObject({ items: [expect.any(Object)], nextCursor: null });
    const download = await call('GET', `/segments/${ids['segment']}/members.csv`);
    expect(download.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(download.body).toContain(',\'=Borealis,');
    expect(download.body.trim().split('\r\n')).toHaveLength(4);
    expect((await get(`/segments/${ids['segment']}/closure`)).items.map((s: Body) => s.id)).toEqual([ids['segment']]);
    expect(await call('POST', '/segments', { name: 'Bad', kind: 'dynamic', rule: { field: { field: 'no_such_field', operator: 'equals', values: ['x'] } } })).toMatchObject({ status: 400, body: { code: expect.stringMatching(/^segments\./), field: expect.any(String) } });
    expect(await call('GET', '/segments/unknown/members.csv')).toMatchObject({ status: 404, body: { code: 'segments.segment.not_found' } });
  });

  it('gives a token no more than its permissions', async () => {
    const { body } = await call('POST', '/tokens', { name: 'reader', permissions: ['segments_read'] });
    const authorization = `Bearer ${body.token}`;
    expect((await call('GET', '/segments', undefined, { authorization })).status).toBe(200);
    expect(await call('POST', '/segments', { name: 'x', kind: 'static' }, { authorization })).toMatchObject({ status: 403, body: { code: 'auth.permission_missing' } });
    expect((await call('GET', '/connections', undefined, { authorization })).status).toBe(403);
  });

  it('connects a CRM without ever giving its secret back, and pulls its accounts', async () => {
    expect((await get('/providers')).items).toContainEqual(expect.objectContaining({ name: 'salesforce', authKinds: expect.arrayContaining([expect.objectContaining({ name: 'client_credentials' })]) }));
    const made = await call('POST', '/connections', {
      name: 'Salesforce', provider: 'salesforce', baseUrl: crm.url, authKind: 'client_credentials', environment: 'sandbox', settings: { client_id: crm.credentials.clientId }, secrets: { client_secret: crm.credentials.clientSecret },
    });
    expect(made.status).toBe(201);
    ids['connection'] = made.body.id;
    expect((await call('POST', `/connections/${ids['connection']}/test`)).body).toMatchObject({ status: 'healthy' });
    expect((await call('PATCH', `/connections/${ids['connection']}`, { name: 'Our Salesforce' })).body).toMatchObject({ name: 'Our Salesforce', settings: { client_id: crm.credentials.clientId } });
    for (const answer of [made.body, await get('/connections'), await get(`/connections/${ids['connection']}`)]) expect(JSON.stringify(answer)).not.toContain(crm.credentials.clientSecret);
    expect((await call('POST', `/connections/${ids['connection']}/pull`, { object: 'Account' })).body).toMatchObject({ records: 1, apiCalls: expect.any(Object) });
    expect(await get(`/connections/${ids['connection']}/mirror?object=Account`)).toMatchObject({ records: 1, state: 'idle' });
    expect((await get(`/connections/${ids['connection']}/records?object=Account`)).items).toEqual([expect.objectContaining({ name: 'Apple Computer, Inc' })]);
    expect((await get(`/connections/${ids['connection']}/objects/Account/fields`)).items).toContainEqual(expect.objectContaining({ name: 'Name', createable: true }));
  });

  it('says whether a company is in the CRM, and why', async () => {
    const answer = await waitFor(async () => {
      const { body } = await call('POST', '/match', { connectionId: ids['connection'], candidate: { name: 'Apple Inc.', website: 'www.apple.com', country: 'USA' } });
      return body.decision === 'match' ? body : undefined;
    });
    expect(answer).toMatchObject({ accountId: expect.stringMatching(/^001/), rule: expect.any(String), evidence: expect.any(Array) });
    const rules = await get('/match-rules');
    expect(rules.blocks[0]).toMatchObject({ name: expect.any(String), allOf: expect.any(Array) });
    expect((await call('PUT', '/match-rules', { blocks: rules.blocks })).body.blocks).toEqual(rules.blocks);
  });

  it('creates, previews and downloads an orchestration', async () => {
    const profile = await call('POST', '/mapping-profiles', {
      name: 'Accounts', connectionId: ids['connection'], environment: 'sandbox', externalIdField: 'Signalbox_Id__c', mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }],
    });
    expect(profile.status).toBe(201);
    const choice = { kind: 'create_accounts', connectionId: ids['connection'], segmentId: ids['segment'], mappingProfileId: profile.body.id };
    expect((await get('/orchestration-kinds')).items).toContainEqual(expect.objectContaining({ name: 'create_accounts', entitled: true, settingsSchema: expect.any(Object) }));
    expect((await call('POST', '/orchestrations/prerequisites', choice)).body.items.every((p: Body) => p.met)).toBe(true);
    const saved = await call('POST', '/orchestrations', { name: 'Create', ...choice, schedule: { mode: 'weekly', weekday: 'friday' } });
    expect(saved).toMatchObject({ status: 201, body: { schedule: { mode: 'weekly', weekday: 'friday' }, settings: expect.any(Object) } });
    ids['orchestration'] = saved.body.id;
    expect((await call('PATCH', `/orchestrations/${ids['orchestration']}`, { schedule: { mode: 'manual' } })).body).toMatchObject({ name: 'Create', segmentId: ids['segment'], schedule: { mode: 'manual', weekday: null } });
    const started = await call('POST', `/orchestrations/${ids['orchestration']}/previews`);
    expect(started.status).toBe(202);
    const plan = await waitFor(async () => {
      const now = await get(`/plans/${started.body.id}`);
      return now.state === 'ready' ? now : undefined;
    }, { timeoutMs: 60_000 });
    expect(plan).toMatchObject({ planned: 3, toWrite: 2, skippedByReason: { already_in_crm: 1 }, runId: null });
    expect((await get(`/plans/${plan.id}/records?action=skip`)).items).toEqual([expect.objectContaining({ action: 'skip', reason: 'already_in_crm', evidence: expect.objectContaining({ decision: 'match' }) })]);
    expect((await call('GET', `/plans/${plan.id}/records?limit=101`)).status).toBe(400);
    const lines = (await call('GET', `/plans/${plan.id}/records.csv`)).body.trim().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('set Name,set Website,set BillingCountry,further_changes');
    expect(lines.join()).toContain('\'=Borealis');
  });

  it('runs it now, tells of it as it goes, and keeps a row for each record', async () => {
    const run = await call('POST', `/orchestrations/${ids['orchestration']}/runs`, undefined, { 'idempotency-key': 'run-1' });
    expect(run.status).toBe(202);
    const events = await call('GET', `/runs/${run.body.id}/events`);
    expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const states = [...events.body.matchAll(/^event: run\ndata: (.*)$/gm)].map((m: string[]) => JSON.parse(m[1]!).state);
    expect(states.at(-1)).toBe('finished');
    expect(events.body.trimEnd()).toMatch(/event: end\ndata: \{\}$/);
    expect(await get(`/runs/${run.body.id}`)).toMatchObject({ state: 'finished', trigger: 'person', counts: { planned: 3, succeeded: 2, skipped: 1, failed: 0, remaining: 0, skippedByReason: { already_in_crm: 1 } } });
    const records = (await get(`/runs/${run.body.id}/records`)).items;
    expect(records.map((r: Body) => r.state).sort()).toEqual(['skipped', 'succeeded', 'succeeded']);
    expect((await get(`/runs/${run.body.id}/records?state=succeeded`)).items).toHaveLength(2);
    expect((await get(`/orchestrations/${ids['orchestration']}/runs`)).items.map((r: Body) => r.id)).toEqual([run.body.id]);
    const writes = (await get(`/writes?runId=${run.body.id}&state=succeeded`)).items;
    expect(writes).toMatchObject([{ operation: 'create', object: 'Account', state: 'succeeded' }, { operation: 'create' }]);
    const file = await call('GET', `/writes.csv?search=${encodeURIComponent(writes[0].name)}`);
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(file.body.trim().split('\r\n')).toEqual([expect.stringMatching(/^written_at,answered_at,.*crm_id,name,.*before,after,/), expect.stringContaining(writes[0].crmId)]);
    expect(await call('GET', '/writes?since=yesterday')).toMatchObject({ status: 400 });
    const again = await call('POST', `/orchestrations/${ids['orchestration']}/runs`, undefined, { 'idempotency-key': 'run-1' });
    expect(again.body.id).toBe(run.body.id);
    expect(await call('POST', `/runs/${run.body.id}/override`)).toMatchObject({ status: 409 });
    expect((await call('GET', '/runs/unknown/events')).headers.get('content-type')).toMatch(/problem\+json/);
  });

  it('ORC-7 refuses to create and run without the licence, by the package’s name, and still shows what there is', async () => {
    await call('PUT', '/entitlements/orchestrations', { licensed: false });
    const refused = await waitFor(async () => {
      const answer = await call('POST', `/orchestrations/${ids['orchestration']}/runs`);
      return answer.status === 403 ? answer : undefined;
    });
    expect(refused.body.detail).toMatch(/orchestrations/i);
    expect((await call('GET', `/orchestrations/${ids['orchestration']}`)).status).toBe(200);
    await call('PUT', '/entitlements/orchestrations', { licensed: true });
  });

  it('deletes what was made', async () => {
    expect((await call('DELETE', `/orchestrations/${ids['orchestration']}`)).status).toBe(204);
    expect((await call('GET', `/orchestrations/${ids['orchestration']}`)).status).toBe(404);
  });
});
