import { DynamicsWebApi } from 'dynamics-web-api';
import { startDynamicsSandbox, type DynamicsSandbox } from './index.ts';
import { dynamicsRefusal, tokenFor } from './testing/connect.ts';

/** The client speaks in untyped rows. */
type Row = Record<string, unknown>;
let sandbox: DynamicsSandbox;
let api: DynamicsWebApi;

beforeAll(async () => {
  sandbox = await startDynamicsSandbox();
  const accessToken = await tokenFor(sandbox);
  api = new DynamicsWebApi({ serverUrl: sandbox.url, dataApi: { version: '9.2' }, onTokenRefresh: () => Promise.resolve({ accessToken } as never) });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.reset();
  sandbox.resetRequests();
});

const accounts = (filter?: string, more: object = {}) => api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], filter, ...more });
const names = async (filter: string, more: object = {}) => (await accounts(filter, more)).value.map((row) => row['name']);
const create = (data: Row, collection = 'accounts', more: object = {}) => api.create<Row, never>({ collection, data, ...more }) as unknown as Promise<string>;

describe('dynamics-web-api, unmodified: single rows', () => {
  it('knows who it is', async () => {
    expect(await api.callFunction({ functionName: 'WhoAmI' })).toMatchObject({ UserId: sandbox.userId, OrganizationId: sandbox.organizationId });
  });

  it('creates, reads, changes and deletes', async () => {
    const id = await create({ name: 'Zürich 🏔️ AG', websiteurl: 'https://z.example', numberofemployees: 7, industrycode: 1 });
    const row = await api.retrieve<Row>({ collection: 'accounts', key: id, select: ['name', 'industrycode', '_ownerid_value'], includeAnnotations: '*' });
    expect(row).toMatchObject({ name: 'Zürich 🏔️ AG', industrycode: 1, industrycode_Formatted: 'Accounting', _ownerid_value: sandbox.userId, _ownerid_value_Formatted: '# Signalbox Integration', _ownerid_value_LogicalName: 'systemuser' });
    expect(row['@odata.etag']).toMatch(/^W\/"\d+"$/);
    const shown = await api.update<Row>({ collection: 'accounts', key: id, data: { fax: '1', websiteurl: null }, returnRepresentation: true, select: ['fax', 'websiteurl', 'name'] });
    expect(shown).toMatchObject({ fax: '1', websiteurl: null, name: 'Zürich 🏔️ AG' });
    await api.updateSingleProperty({ collection: 'accounts', key: id, fieldValuePair: { fax: '2' } });
    expect(sandbox.records('account')).toMatchObject([{ accountid: id, fax: '2', websiteurl: null, numberofemployees: 7 }]);
    await api.deleteRecord({ collection: 'accounts', key: id });
    expect(await dynamicsRefusal(api.retrieve({ collection: 'accounts', key: id }))).toMatchObject({ status: 404, code: '0x80040217', message: `Entity 'Account' With Id = ${id} Does Not Exist` });
    expect(sandbox.requests().operations).toMatchObject({ create: 1, retrieve: 2, patch: 1, property: 1, delete: 1 });
    expect(sandbox.requests().rows).toMatchObject({ created: 1, updated: 2, deleted: 1 });
  });

  it('binds lookups, expands them, and clears them', async () => {
    const account = await create({ name: 'Parent' });
    const contact = await create({ firstname: 'Ada', lastname: 'L', 'parentcustomerid_account@odata.bind': `/accounts(${account})` }, 'contacts');
    await api.update({ collection: 'accounts', key: account, data: { 'primarycontactid@odata.bind': `contacts(${contact})` } });
    const row = await api.retrieve<Row>({ collection: 'accounts', key: account, select: ['name'], expand: [{ property: 'primarycontactid', select: ['fullname'] }] });
    expect(row['primarycontactid']).toMatchObject({ fullname: 'Ada L', contactid: contact });
    expect(await names(`primarycontactid/fullname eq 'ada l'`)).toEqual(['Parent']);
    expect(await names(`_primarycontactid_value eq ${contact}`)).toEqual(['Parent']);
    await api.update({ collection: 'accounts', key: account, data: { primarycontactid: null } });
    expect(await names('_primarycontactid_value eq null')).toEqual(['Parent']);
    expect(await dynamicsRefusal(create({ name: 'X', 'primarycontactid@odata.bind': '/contacts(00000000-0000-0000-0000-000000000001)' }))).toMatchObject({ status: 404, code: '0x80040217' });
  });

  it('finds and upserts by an alternate key, and keeps it unique', async () => {
    const key = "signalbox_id='a''1-ä'";
    expect(await api.upsert<Row>({ collection: 'accounts', key, data: { name: 'First' }, returnRepresentation: true })).toMatchObject({ name: 'First', signalbox_id: "a'1-ä" });
    await api.upsert({ collection: 'accounts', key, data: { name: 'Second' } });
    expect(sandbox.records('account')).toMatchObject([{ name: 'Second' }]);
    expect(await dynamicsRefusal(create({ name: 'Third',  signalbox_id: "A'1-Ä" }))).toMatchObject({ status: 412, code: '0x80060892' });
    expect(await dynamicsRefusal(api.retrieve({ collection: 'accounts', key: "signalbox_id='nobody'" }))).toMatchObject({ status: 404, code: '0x80060891' });
    expect(await dynamicsRefusal(api.retrieve({ collection: 'accounts', key: "name='Second'" }))).toMatchObject({ status: 400, code: '0x80060890' });
  });

  it('minds If-Match and If-None-Match', async () => {
    const id = await create({ name: 'A' });
    const { '@odata.etag': etag } = await api.retrieve<Row>({ collection: 'accounts', key: id, select: ['name'] }) as { '@odata.etag': string };
    await api.update({ collection: 'accounts', key: id, data: { name: 'B' }, ifmatch: etag });
    const stale = await fetch(`${sandbox.url}/api/data/v9.2/accounts(${id})`, { method: 'PATCH', headers: { ...await auth(), 'if-match': etag }, body: '{"name":"C"}' });
    expect([stale.status, ((await stale.json()) as { error: { code: string } }).error.code]).toEqual([412, '0x80060882']);
    const nobody = '00000000-0000-0000-0000-00000000abcd';
    const update = await fetch(`${sandbox.url}/api/data/v9.2/accounts(${nobody})`, { method: 'PATCH', headers: { ...await auth(), 'if-match': '*' }, body: '{"name":"C"}' });
    expect(update.status).toBe(404);
    const made = await fetch(`${sandbox.url}/api/data/v9.2/accounts(${nobody})`, { method: 'PATCH', headers: await auth(), body: '{"name":"C"}' });
    expect([made.status, made.headers.get('odata-entityid')]).toEqual([204, `${sandbox.url}/api/data/v9.2/accounts(${nobody})`]);
    const again = await fetch(`${sandbox.url}/api/data/v9.2/accounts(${nobody})`, { method: 'PATCH', headers: { ...await auth(), 'if-none-match': '*' }, body: '{"name":"D"}' });
    expect(again.status).toBe(412);
  });

  it.each<[string, Row, number, string, RegExp]>([
    ['a property that there is not', { nothing: 1 }, 400, '0x80048d19', /'nothing' does not exist on type 'Microsoft.Dynamics.CRM.account'/],
    ['a text that is too long', { name: 'x'.repeat(161) }, 400, '0x80044331', /'name'.*'160'/],
    ['a number that is none', { numberofemployees: 'many' }, 400, '0x80048d19', /Edm.Int32/],
    ['a choice that there is not', { industrycode: 999 }, 400, '0x8004431a', /999.*industrycode/],
    ['a number beyond its range', { numberofemployees: -1 }, 400, '0x80044330', /numberofemployees/],
  ])('refuses %s', async (_what, data, status, code, message) => {
    expect(await dynamicsRefusal(create({ name: 'A', ...data }))).toMatchObject({ status, code, message: expect.stringMatching(message) });
  });

  it('finds duplicates by a published rule when it is asked to, and says which', async () => {
    const id = await create({ name: 'Same', websiteurl: 'same.example' });
    sandbox.faults.set({ kind: 'duplicate-rule' });
    const data = { name: 'same', websiteurl: 'Same.example' };
    expect(await dynamicsRefusal(create(data, 'accounts', { duplicateDetection: true }))).toMatchObject({ status: 412, code: '0x80040333' });
    const found = await api.callFunction<{ value: Row[] }>({
      functionName: 'RetrieveDuplicates',
      parameters: { BusinessEntity: { '@odata.type': 'Microsoft.Dynamics.CRM.account', ...data }, MatchingEntityName: 'account', PagingInfo: { PageNumber: 1, Count: 50 } },
    });
    expect(found.value).toMatchObject([{ accountid: id }]);
    await create(data);
    expect(sandbox.counts()['account']).toBe(2);
  });
});

const auth = async () => ({ authorization: `Bearer ${await tokenFor(sandbox)}`, 'content-type': 'application/json' });

describe('dynamics-web-api, unmodified: queries', () => {
  beforeEach(() => {
    sandbox.seed('account', [
      { name: 'Alpha', numberofemployees: 10, websiteurl: 'alpha.example', address1_country: 'France' }, { name: 'beta', numberofemployees: 200, address1_country: 'Spain' },
      { name: "O'Gamma", numberofemployees: 3000, websiteurl: 'gamma.example' }, { name: 'Δelta (50%)', donotemail: true },
    ]);
  });

  it.each([
    ["name eq 'ALPHA'", ['Alpha']], ["name ne 'alpha' and numberofemployees gt 100", ['beta', "O'Gamma"]], ['numberofemployees ge 200 and numberofemployees le 200', ['beta']], ['numberofemployees lt 11', ['Alpha']],
    ['websiteurl eq null', ['beta', 'Δelta (50%)']], ["not (websiteurl ne null) or name eq 'Alpha'", ['Alpha', 'beta', 'Δelta (50%)']], ["contains(name,'amm')", ["O'Gamma"]], ["startswith(name,'o''g')", ["O'Gamma"]],
    ["endswith(websiteurl,'EXAMPLE')", ['Alpha', "O'Gamma"]], ["name in ('Alpha','beta')", ['Alpha', 'beta']], [`Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['alpha','O''Gamma'])`, ['Alpha', "O'Gamma"]],
    ['donotemail eq true', ['Δelta (50%)']], ["name eq 'Δelta (50%)'", ['Δelta (50%)']], ['statecode eq 0 and createdon ge 2020-01-01T00:00:00Z and modifiedon lt 2100-01-01', ['Alpha', 'beta', "O'Gamma", 'Δelta (50%)']],
    ["(name eq 'Alpha' or name eq 'beta') and (numberofemployees eq 10)", ['Alpha']],
  ])('%s', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  it('finds what was modified since, whatever order the stamps came in', async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    expect(await names(`modifiedon ge ${since} and name ne 'beta'`)).toEqual(['Alpha', "O'Gamma", 'Δelta (50%)']);
    sandbox.seed('account', [{ name: 'Old', modifiedon: '2020-01-01T00:00:00Z' }, { name: 'Newest' }]);
    expect(await names(`modifiedon gt ${since} and name ne 'beta'`)).toEqual(['Alpha', "O'Gamma", 'Δelta (50%)', 'Newest']);
    expect(await names('modifiedon lt 2021-01-01T00:00:00+01:00')).toEqual(['Old']);
  });

  it.each([["nothing eq 'x'", /named 'nothing'/], ['name eq', /position/], ["name like 'x'", /position/], ["createdon ge 'soon'", /not a date/]])('refuses the filter %s', async (filter, message) => {
    expect(await dynamicsRefusal(accounts(filter))).toMatchObject({ status: 400, code: '0x80060888', message: expect.stringMatching(message) });
  });

  it('orders, takes the first, counts, and takes addresses of any length by a batch', async () => {
    const { value, '@odata.count': count } = await api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], orderBy: ['numberofemployees desc', 'name asc'], top: 2, count: true }) as unknown as { value: Row[]; '@odata.count': number };
    expect([value.map((r) => r['name']), count]).toEqual([["O'Gamma", 'beta'], 4]);
    expect(await api.count({ collection: 'accounts' })).toBe(4);
    expect(await names(`Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['Alpha',${Array.from({ length: 400 }, (_, i) => `'none ${i}'`).join(',')}])`)).toEqual(['Alpha']);
    expect(sandbox.requests()).toMatchObject({ operations: { 'batch.read': 1 }, subrequests: { list: 1 } });
  });

  it('pages, in any order, also while rows come in between', async () => {
    sandbox.seed('account', Array.from({ length: 95 }, (_, i) => ({ name: `Row ${i}`, numberofemployees: 1000 + (i % 7) })));
    for (const orderBy of [undefined, ['numberofemployees asc']]) {
      const seen: unknown[] = [];
      let page = await api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], maxPageSize: 20, orderBy });
      for (;;) {
        seen.push(...page.value.map((r) => r['accountid']));
        const next = page['@odata.nextLink' as never] as string | undefined;
        if (!next) break;
        sandbox.seed('account', [{ name: 'Late', numberofemployees: 1 }]);
        page = await api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], maxPageSize: 20, orderBy }, next);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThanOrEqual(99);
    }
  });

  it('tracks changes: all, then what is new, changed and deleted, in pages', async () => {
    const first = await api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], trackChanges: true });
    expect(first.value).toHaveLength(4);
    const link = first['@odata.deltaLink' as never] as string;
    expect(link).toMatch(/accounts\?\$select=name&\$deltatoken=\d+%21\d\d%2F/);
    const ids = sandbox.records('account').map((r) => String(r['accountid']));
    await api.deleteRecord({ collection: 'accounts', key: ids[0]! });
    await api.update({ collection: 'accounts', key: ids[1]!, data: { name: 'Beta' } });
    await create({ name: 'New' });
    const pages: Row[][] = [];
    for (let next: string | undefined = link; next;) {
      const page: { value: Row[] } = await api.retrieveMultiple<Row>({ collection: 'accounts', maxPageSize: 2 }, next);
      pages.push(page.value);
      next = page['@odata.nextLink' as never] as string | undefined;
    }
    expect(pages.map((p) => p.length)).toEqual([2, 1]);
    expect(pages.flat()).toMatchObject([{ '@odata.context': expect.stringMatching(/\$metadata#accounts\/\$deletedEntity$/), id: ids[0], reason: 'deleted' }, { name: 'Beta' }, { name: 'New' }]);
    sandbox.expireDeltaTokens();
    expect(await dynamicsRefusal(api.retrieveMultiple({ collection: 'accounts' }, link))).toMatchObject({ status: 400, code: '0x80044352' });
    expect(await dynamicsRefusal(api.retrieveMultiple({ collection: 'accounts', trackChanges: true, filter: "name eq 'x'" }))).toMatchObject({ status: 400 });
    expect(await dynamicsRefusal(api.retrieveMultiple({ collection: 'systemusers', trackChanges: true }))).toMatchObject({ status: 400 });
  });
});

describe('dynamics-web-api, unmodified: many rows at once', () => {
  const type = 'Microsoft.Dynamics.CRM.account';
  const multiple = (actionName: string, targets: Row[]) => api.callAction<{ Ids: string[] }>({ collection: 'accounts', actionName: `Microsoft.Dynamics.CRM.${actionName}`, action: { Targets: targets.map((t) => ({ '@odata.type': type, ...t })) } });
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `Row ${i}`, signalbox_id: `key-${i}` }));

  it('CreateMultiple, UpdateMultiple and UpsertMultiple are one request, and all or nothing', async () => {
    const { Ids } = await multiple('CreateMultiple', rows(1000));
    expect(Ids).toEqual(sandbox.records('account').map((r) => r['accountid']));
    await multiple('UpdateMultiple', Ids.map((accountid) => ({ accountid, fax: '1' })));
    await multiple('UpsertMultiple', [{ '@odata.id': "accounts(signalbox_id='key-0')", name: 'Changed' }, { '@odata.id': "accounts(signalbox_id='key-new')", name: 'New' }]);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 3, rows: { created: 1001, updated: 1001 } });
    sandbox.faults.set({ kind: 'poison-record', matching: '^Row 77$' });
    const bad = await dynamicsRefusal(multiple('UpdateMultiple', Ids.map((accountid) => ({ accountid, fax: '2' }))));
    expect(bad).toMatchObject({ status: 400, code: '0x80040265' });
    expect(sandbox.records('account').filter((r) => r['fax'] === '2')).toEqual([]);
    expect(await dynamicsRefusal(multiple('UpdateMultiple', [{ accountid: '00000000-0000-0000-0000-000000000001', fax: '2' }]))).toMatchObject({ status: 404, code: '0x80040217' });
    sandbox.faults.clear();
    expect(await dynamicsRefusal(multiple('CreateMultiple', [{ name: 'Fine' }, { name: 'Twice', signalbox_id: 'key-5' }]))).toMatchObject({ status: 412, code: '0x80060892' });
    expect(await names("name eq 'Fine'")).toEqual([]);
  });

  it('a rolled-back update leaves no trace, and change tracking does not tell of it', async () => {
    const { Ids } = await multiple('CreateMultiple', rows(3));
    const link = (await api.retrieveMultiple<Row>({ collection: 'accounts', select: ['name'], trackChanges: true }))['@odata.deltaLink' as never] as string;
    sandbox.faults.set({ kind: 'lock-row', matching: '^Row 2$' });
    expect(await dynamicsRefusal(multiple('UpdateMultiple', Ids.map((accountid) => ({ accountid, fax: '2' }))))).toMatchObject({ status: 500, code: '0x80044150', message: expect.stringContaining('Sql Number: 1205') });
    expect((await api.retrieveMultiple<Row>({ collection: 'accounts' }, link)).value).toEqual([]);
    expect(sandbox.records('account').map((r) => r['fax'] ?? null)).toEqual([null, null, null]);
  });

  it('a batch goes on after an error when it is asked to, and says what came of each request', async () => {
    api.startBatch();
    for (const name of ['One', 'x'.repeat(200), 'Three']) void api.create({ collection: 'accounts', data: { name }, inChangeSet: false });
    const answers = await api.executeBatch({ continueOnError: true }) as unknown[];
    expect(answers).toMatchObject([expect.stringMatching(/^[0-9a-f-]{36}$/), { status: 400, error: { code: '0x80044331' } }, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, subrequests: { create: 3 }, rows: { created: 2, failed: 1 } });
    api.startBatch();
    for (const name of ['Four', 'x'.repeat(200), 'Five']) void api.create({ collection: 'accounts', data: { name }, inChangeSet: false });
    await dynamicsRefusal(api.executeBatch());
    expect(sandbox.records('account').map((r) => r['name'])).toEqual(['One', 'Three', 'Four']);
  });

  it('a change set stands or falls as a whole, and one part may name what another makes', async () => {
    api.startBatch();
    void api.create({ collection: 'accounts', data: { name: 'Made first' }, contentId: '1' });
    void api.create({ collection: 'contacts', data: { lastname: 'Follows', 'parentcustomerid_account@odata.bind': '$1' } });
    await api.executeBatch();
    expect(sandbox.records('contact')).toMatchObject([{ lastname: 'Follows', parentcustomerid: sandbox.records('account')[0]!['accountid'] }]);
    api.startBatch();
    void api.create({ collection: 'accounts', data: { name: 'Taken back' } });
    void api.create({ collection: 'accounts', data: { name: 'x'.repeat(200) } });
    await dynamicsRefusal(api.executeBatch());
    expect(sandbox.counts()['account']).toBe(1);
  });
});

describe('dynamics-web-api, unmodified: metadata and leads', () => {
  it('tells attributes, choices, keys and the model', async () => {
    const status = await api.retrieveAttribute({ entityKey: "LogicalName='lead'", attributeKey: "LogicalName='statuscode'", castType: 'Microsoft.Dynamics.CRM.StatusAttributeMetadata', select: ['LogicalName'], expand: [{ property: 'OptionSet' }] } as never) as unknown as { OptionSet: { Options: { Value: number; State: number; Label: { UserLocalizedLabel: { Label: string } } }[] } };
    expect(status.OptionSet.Options.filter((o) => o.State === 1).map((o) => [o.Value, o.Label.UserLocalizedLabel.Label])).toEqual([[3, 'Qualified']]);
    const entity = await api.retrieveEntity({ key: "LogicalName='account'", select: ['EntitySetName', 'ChangeTrackingEnabled'] });
    expect(entity).toMatchObject({ EntitySetName: 'accounts', ChangeTrackingEnabled: true });
    const attributes = await api.retrieveAttributes({ entityKey: "LogicalName='account'" });
    expect(attributes.value.find((a) => a.LogicalName === 'name')).toMatchObject({ MaxLength: 160, RequiredLevel: { Value: 'ApplicationRequired' }, IsPrimaryName: true });
    expect(String(await api.retrieveCsdlMetadata())).toContain('<EntityType Name="lead"');
    sandbox.faults.set({ kind: 'field-removed', object: 'account', field: 'fax' });
    expect((await api.retrieveAttributes({ entityKey: "LogicalName='account'" })).value.map((a) => a.LogicalName)).not.toContain('fax');
    expect(await dynamicsRefusal(create({ name: 'A', fax: '1' }))).toMatchObject({ code: '0x80048d19' });
  });

  it('qualifies a lead, onto an account that is there as well', async () => {
    const account = await create({ name: 'There already' });
    const lead = await create({ subject: 'Deal', firstname: 'Ada', lastname: 'L', companyname: 'Ada Ltd', 'parentaccountid@odata.bind': `/accounts(${account})` }, 'leads');
    const qualify = (id: string, action: Row) => api.callAction<{ value: Row[] }>({ collection: 'leads', key: id, actionName: 'Microsoft.Dynamics.CRM.QualifyLead', action });
    const made = await qualify(lead, { CreateAccount: false, CreateContact: true, CreateOpportunity: true, Status: 3 });
    expect(made.value.map((r) => r['@odata.type'])).toEqual(['#Microsoft.Dynamics.CRM.contact', '#Microsoft.Dynamics.CRM.opportunity']);
    expect(sandbox.records('lead')).toMatchObject([{ statecode: 1, statuscode: 3, parentaccountid: account }]);
    expect(sandbox.records('contact')).toMatchObject([{ fullname: 'Ada L', parentcustomerid: account, originatingleadid: lead }]);
    expect(await dynamicsRefusal(qualify(lead, { CreateAccount: true, CreateContact: true, CreateOpportunity: false, Status: -1 }))).toMatchObject({ status: 400, message: expect.stringContaining('already closed') });
    const third = await create({ lastname: 'Three', companyname: 'Three Ltd' }, 'leads');
    const onto = (accountid: string, status: number) => {
      api.startBatch();
      void api.update({ collection: 'leads', key: third, data: { 'parentaccountid@odata.bind': `/accounts(${accountid})` }, ifmatch: '*' });
      void api.callAction({ collection: 'leads', key: third, actionName: 'Microsoft.Dynamics.CRM.QualifyLead', action: { CreateAccount: false, CreateContact: true, CreateOpportunity: false, Status: status } });
      return api.executeBatch();
    };
    await dynamicsRefusal(onto(account, 99));
    expect(sandbox.records('lead').at(-1)).toMatchObject({ statecode: 0 });
    expect(sandbox.records('lead').at(-1)!['parentaccountid'] ?? null).toBeNull();
    await onto(account, 3);
    expect(sandbox.records('lead').at(-1)).toMatchObject({ statecode: 1, parentaccountid: account });
    const second = await create({ lastname: 'Two', companyname: 'Two Ltd' }, 'leads');
    expect(await dynamicsRefusal(qualify(second, { CreateAccount: true, CreateContact: true, CreateOpportunity: false, Status: 4 }))).toMatchObject({ code: '0x80048408' });
    expect((await qualify(second, { CreateAccount: true, CreateContact: true, CreateOpportunity: false, Status: -1 })).value).toHaveLength(2);
    expect(sandbox.records('account').map((r) => r['name'])).toEqual(['There already', 'Two Ltd']);
  });
});
