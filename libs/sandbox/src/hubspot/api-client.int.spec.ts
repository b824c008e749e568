import { Client } from '@hubspot/api-client';
import { startHubspotSandbox, type HubspotSandbox } from './index.ts';

/** What a refused call threw, as the client words it. */
async function refusalOf(work: Promise<unknown>): Promise<{ code: number; body: Record<string, unknown> }> {
  const error = await work.then(() => undefined, (e: unknown) => e as { code: number; body: Record<string, unknown> });
  if (!error) throw new Error('The call was not refused.');
  return error;
}

const inputs = (count: number, change: (i: number) => Record<string, unknown> = () => ({})) =>
  Array.from({ length: count }, (_, i) => ({ id: `key-${i}`, idProperty: 'signalbox_id', objectWriteTraceId: `t${i}`, properties: { name: `Company ${i}`, domain: `c${i}.example.com` }, ...change(i) }));

describe("HubSpot's own Node client, unmodified", () => {
  let sandbox: HubspotSandbox;
  let client: Client;

  beforeAll(async () => {
    sandbox = await startHubspotSandbox({ burstLimit: 10_000, searchesPerSecond: 1_000 });
    client = new Client({ accessToken: sandbox.credentials.accessToken, basePath: sandbox.url, numberOfApiCallRetries: 0 });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    sandbox.reset();
    sandbox.faults.clear();
    sandbox.resetRequests();
  });

  it('creates, reads, updates, lists and archives single companies', async () => {
    const { basicApi } = client.crm.companies;
    const made = await basicApi.create({ properties: { name: 'Acme', domain: 'acme.com', numberofemployees: '12', first_seen: '2026-01-31' }, associations: [] });
    expect(made).toMatchObject({ archived: false, properties: { name: 'Acme', hs_object_id: made.id } });
    expect(made.createdAt).toBeInstanceOf(Date);
    const read = await basicApi.getById(made.id, ['name', 'phone', 'first_seen']);
    expect(read.properties).toMatchObject({ name: 'Acme', phone: null, first_seen: '2026-01-31', hs_object_id: made.id });
    await basicApi.update(made.id, { properties: { phone: '+49 30 1', numberofemployees: '' } });
    expect((await basicApi.getById(made.id, ['phone', 'numberofemployees'])).properties).toMatchObject({ phone: '+49 30 1', numberofemployees: null });
    for (let i = 0; i < 24; i++) await basicApi.create({ properties: { name: `More ${i}` }, associations: [] });
    expect(await client.crm.companies.getAll(10)).toHaveLength(25);
    await basicApi.archive(made.id);
    expect((await refusalOf(basicApi.getById(made.id))).code).toBe(404);
    expect((await basicApi.getById(made.id, undefined, undefined, undefined, true)).archivedAt).toBeInstanceOf(Date);
    expect((await basicApi.getPage(10, undefined, undefined, undefined, undefined, true)).results.map((r) => r.id)).toEqual([made.id]);
  }, 20_000);

  it('refuses wrong values in the words of the API', async () => {
    const { basicApi } = client.crm.companies;
    const bad = await refusalOf(basicApi.create({ properties: { name: 'A', no_such: '1', numberofemployees: 'many', industry: 'MAGIC', createdate: '1' }, associations: [] }));
    expect(bad.code).toBe(400);
    expect(bad.body).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR', message: expect.stringContaining('Property values were not valid: [{"isValid":false'), correlationId: expect.stringMatching(/-/) });
    expect((bad.body['errors'] as { code: string }[]).map((e) => e.code)).toEqual(['PROPERTY_DOESNT_EXIST', 'INVALID_INTEGER', 'INVALID_OPTION', 'READ_ONLY_VALUE']);
    await client.crm.contacts.basicApi.create({ properties: { email: 'Ada@Example.com' }, associations: [] });
    expect(await refusalOf(client.crm.contacts.basicApi.create({ properties: { email: 'ada@example.com' }, associations: [] }))).toMatchObject({ code: 409, body: { category: 'CONFLICT', message: expect.stringMatching(/^Contact already exists\. Existing ID: \d+$/) } });
    const other = new Client({ accessToken: 'wrong', basePath: sandbox.url, numberOfApiCallRetries: 0 });
    expect(await refusalOf(other.crm.companies.basicApi.getPage())).toMatchObject({ code: 401, body: { category: 'INVALID_AUTHENTICATION' } });
  });

  it('upserts a hundred by a unique property; the second time they are there', async () => {
    const { batchApi } = client.crm.companies;
    const first = await batchApi.upsert({ inputs: inputs(100) as never });
    expect(first.results).toHaveLength(100);
    expect(first.results.every((r) => r._new)).toBe(true);
    expect(first.results[0]).toMatchObject({ objectWriteTraceId: 't99', properties: { signalbox_id: 'key-99' } });
    const second = await batchApi.upsert({ inputs: inputs(100) as never });
    expect(second.results.some((r) => r._new)).toBe(false);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 2, rows: { created: 100, updated: 100 } });
    expect(await refusalOf(batchApi.upsert({ inputs: inputs(101) as never }))).toMatchObject({ code: 400 });
    expect(await refusalOf(batchApi.upsert({ inputs: inputs(2, () => ({ id: 'same' })) as never }))).toMatchObject({ code: 400, body: { message: 'Duplicate IDs found in batch input: [same]. IDs must be unique' } });
    expect(await refusalOf(batchApi.upsert({ inputs: inputs(2, () => ({ idProperty: 'domain' })) as never }))).toMatchObject({ code: 400, body: { message: expect.stringContaining('non-unique 0-2 property domain') } });
  });

  it('fails input by input with trace ids, and as a whole without', async () => {
    const { batchApi } = client.crm.companies;
    const bad = (i: number) => (i === 3 ? { properties: { name: 'Bad', numberofemployees: 'many' } } : {});
    const partly = await batchApi.upsert({ inputs: inputs(10, bad) as never });
    expect(partly.results).toHaveLength(9);
    expect(partly).toMatchObject({ numErrors: 1, errors: [{ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t3'] } }] });
    const untraced = inputs(10, (i) => ({ ...bad(i), id: `other-${i}`, objectWriteTraceId: undefined }));
    expect(await refusalOf(batchApi.upsert({ inputs: untraced as never }))).toMatchObject({ code: 400, body: { message: expect.stringContaining('INVALID_INTEGER') } });
    expect(sandbox.counts()['companies']).toBe(9);
    const taken = await batchApi.create({ inputs: [{ objectWriteTraceId: 'x', associations: [], properties: { name: 'Z', signalbox_id: 'key-1' } }] });
    expect(taken).toMatchObject({ errors: [{ message: expect.stringMatching(/propertyName=signalbox_id.*already has that value/) }] });
  });

  it('updates and reads what is there and names what is not', async () => {
    const { batchApi } = client.crm.companies;
    const ids = sandbox.seed('companies', [{ name: 'A' }, { name: 'B' }, { name: 'C' }]).ids;
    sandbox.archive('companies', ids[1]!);
    const updated = await batchApi.update({ inputs: ids.map((id, i) => ({ id, objectWriteTraceId: `u${i}`, properties: { city: 'Ulm' } })) });
    expect(updated).toMatchObject({ numErrors: 1, errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: [ids[1]], objectWriteTraceId: ['u1'] } }] });
    const read = await batchApi.read({ inputs: ids.map((id) => ({ id })), properties: ['city'], propertiesWithHistory: [] });
    expect(read).toMatchObject({ numErrors: 1, errors: [{ message: expect.stringContaining('Could not get some COMPANY objects'), context: { ids: [ids[1]] } }] });
    expect(read.results.map((r) => r.properties['city'])).toEqual(['Ulm', 'Ulm']);
    await batchApi.archive({ inputs: [{ id: ids[0]! }] });
    expect(sandbox.counts()['companies']).toBe(1);
  });

  it('searches by filters, in order, page by page, and not beyond ten thousand', async () => {
    const { searchApi } = client.crm.companies;
    sandbox.seed('companies', Array.from({ length: 450 }, (_, i) => ({ name: `Firm ${i}`, domain: `f${i}.example.com`, numberofemployees: String(i), country: i % 2 ? 'Germany' : 'France' })));
    const ask = (filters: object[], more: object = {}) => searchApi.doSearch({ filterGroups: [{ filters: filters as never }], properties: ['name'], limit: 200, ...more });
    expect((await ask([{ propertyName: 'numberofemployees', operator: 'BETWEEN', value: '10', highValue: '19' }])).total).toBe(10);
    expect((await ask([{ propertyName: 'name', operator: 'IN', values: ['firm 3', 'Firm 4'] }])).results.map((r) => r.properties['name'])).toEqual(['Firm 3']);
    expect((await ask([{ propertyName: 'domain', operator: 'EQ', value: 'F7.EXAMPLE.COM' }])).total).toBe(1);
    expect((await ask([{ propertyName: 'name', operator: 'CONTAINS_TOKEN', value: '44*' }])).total).toBe(11);
    expect((await ask([{ propertyName: 'city', operator: 'NOT_HAS_PROPERTY' }, { propertyName: 'country', operator: 'NEQ', value: 'france' }])).total).toBe(225);
    const seen: string[] = [];
    for (let after: string | undefined = '0'; after;) {
      const page = await ask([{ propertyName: 'hs_object_id', operator: 'GT', value: '0' }], { after, sorts: ['-hs_object_id'] });
      seen.push(...page.results.map((r) => r.id));
      after = page.paging?.next?.after;
    }
    expect(seen).toHaveLength(450);
    expect(seen).toEqual([...seen].sort((a, b) => Number(b) - Number(a)));
    expect((await refusalOf(ask([], { after: '9900' }))).code).toBe(400);
    expect((await refusalOf(ask([{ propertyName: 'name', operator: 'IN', values: Array.from({ length: 300 }, (_, i) => `firm number ${i}`) }]))).code).toBe(400);
    expect((await refusalOf(ask([{ propertyName: 'no_such', operator: 'EQ', value: '1' }]))).code).toBe(400);
  });

  it('shows writes to searches only after the lag of the index', async () => {
    let ahead = 0;
    const slow = await startHubspotSandbox({ searchLagMs: 5_000, now: () => Date.now() + ahead });
    const own = new Client({ accessToken: slow.credentials.accessToken, basePath: slow.url });
    const made = await own.crm.companies.basicApi.create({ properties: { name: 'New' }, associations: [] });
    const total = async () => (await own.crm.companies.searchApi.doSearch({ filterGroups: [], limit: 10 })).total;
    expect(await total()).toBe(0);
    ahead = 6_000;
    expect(await total()).toBe(1);
    await own.crm.companies.basicApi.archive(made.id);
    expect(await total()).toBe(1);
    await slow.close();
  });
});
