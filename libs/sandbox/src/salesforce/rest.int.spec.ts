import jsforce from 'jsforce';
import { startSalesforceSandbox, type SalesforceSandbox } from './index.ts';
import { connectJsforce, refusalOf, rowCodes, type JsforceConnection } from './testing/connect.ts';

type Row = Record<string, unknown> & { Id: string; Name: string };
let sandbox: SalesforceSandbox;
let conn: JsforceConnection;

beforeAll(async () => {
  sandbox = await startSalesforceSandbox();
  conn = await connectJsforce(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.reset();
  sandbox.resetRequests();
});

describe('signing in', () => {
  it('accepts client credentials and tells who it is', async () => {
    const identity = await conn.identity();
    expect(identity.username).toBe(sandbox.credentials.username);
    expect(identity.organization_id).toBe(sandbox.organizationId);
  });

  it('accepts a user name and password by OAuth and by SOAP', async () => {
    const { username, password, securityToken, clientId, clientSecret } = sandbox.credentials;
    const byOauth = new jsforce.Connection({ loginUrl: sandbox.url, version: '60.0', oauth2: { clientId, clientSecret, loginUrl: sandbox.url } });
    await byOauth.login(username, password + securityToken);
    expect((await byOauth.query('SELECT Id FROM User')).totalSize).toBe(1);
    const bySoap = new jsforce.Connection({ loginUrl: sandbox.url, version: '60.0' });
    const user = await bySoap.login(username, password + securityToken);
    expect(user.organizationId).toBe(sandbox.organizationId);
    expect((await bySoap.query('SELECT Id FROM User')).totalSize).toBe(1);
    const { accessToken } = bySoap;
    await bySoap.logout();
    const after = new jsforce.Connection({ instanceUrl: sandbox.url, version: '60.0', accessToken: accessToken as string });
    expect((await refusalOf(after.query('SELECT Id FROM User'))).name).toBe('INVALID_SESSION_ID');
  });

  it('refuses a wrong secret, user and grant in the words of the vendor', async () => {
    const post = async (form: Record<string, string>) => (await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })).json() as Promise<{ error: string }>;
    const { clientId, clientSecret, username } = sandbox.credentials;
    expect((await post({ grant_type: 'client_credentials', client_id: clientId, client_secret: 'no' })).error).toBe('invalid_client');
    expect((await post({ grant_type: 'client_credentials', client_id: 'no', client_secret: clientSecret })).error).toBe('invalid_client_id');
    expect((await post({ grant_type: 'password', client_id: clientId, client_secret: clientSecret, username, password: 'no' })).error).toBe('invalid_grant');
    expect((await post({ grant_type: 'guess' })).error).toBe('unsupported_grant_type');
    const soap = new jsforce.Connection({ loginUrl: sandbox.url, version: '60.0' });
    await expect(soap.login(username, 'no')).rejects.toThrow('INVALID_LOGIN');
  });

  it('ends a session when it is revoked', async () => {
    const other = await connectJsforce(sandbox);
    await fetch(`${sandbox.url}/services/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token: other.accessToken as string }) });
    other._refreshDelegate = undefined as never;
    expect((await refusalOf(other.query('SELECT Id FROM User'))).name).toBe('INVALID_SESSION_ID');
  });
});

describe('the rest of OAuth', () => {
  const post = async (path: string, form: Record<string, string>): Promise<Record<string, unknown>> => {
    const { clientId: client_id, clientSecret: client_secret } = sandbox.credentials;
    return (await (await fetch(`${sandbox.url}/services/oauth2/${path}`, { method: 'POST', body: new URLSearchParams({ client_id, client_secret, ...form }) })).json()) as Record<string, unknown>;
  };

  it('refreshes a token, introspects it, and says whose it is', async () => {
    const first = await post('token', { grant_type: 'authorization_code', code: 'signalbox-sandbox-code', redirect_uri: 'http://localhost' });
    const next = await post('token', { grant_type: 'refresh_token', refresh_token: String(first.refresh_token) });
    expect(next).toMatchObject({ token_type: 'Bearer', instance_url: sandbox.url, scope: 'api' });
    expect(next).not.toHaveProperty('expires_in');
    const token = String(next.access_token);
    expect(await post('introspect', { token })).toMatchObject({ active: true, username: sandbox.credentials.username });
    const info = (await (await fetch(`${sandbox.url}/services/oauth2/userinfo`, { headers: { Authorization: `Bearer ${token}` } })).json()) as Record<string, unknown>;
    expect(info).toMatchObject({ organization_id: sandbox.organizationId, preferred_username: sandbox.credentials.username });
    await post('revoke', { token });
    expect(await post('introspect', { token })).toEqual({ active: false });
    expect(await post('token', { grant_type: 'refresh_token', refresh_token: 'made-up' })).toMatchObject({ error: 'invalid_grant' });
  });

  it('renews a dead session by itself with a refresh function', async () => {
    const connection = new jsforce.Connection({ instanceUrl: sandbox.url, version: '60.0', accessToken: 'dead', refreshFn: (_conn, done) => {
      post('token', { grant_type: 'client_credentials' }).then((t) => done(null, String(t.access_token)), (e: unknown) => done(e as Error));
    } });
    expect((await connection.query('SELECT Id FROM User')).totalSize).toBe(1);
  });
});

describe('describing', () => {
  it('describes accounts with the shape of the vendor', async () => {
    const account = await conn.describe('account');
    expect(account.name).toBe('Account');
    expect(account.keyPrefix).toBe('001');
    const name = account.fields.find((f) => f.name === 'Name');
    expect(name).toMatchObject({ type: 'string', length: 255, nillable: false, createable: true, updateable: true, nameField: true });
    const ext = account.fields.find((f) => f.name === 'Signalbox_Id__c');
    expect(ext).toMatchObject({ externalId: true, unique: true, idLookup: true, length: 64, caseSensitive: false, custom: true });
    expect(account.fields.find((f) => f.name === 'OwnerId')).toMatchObject({ referenceTo: ['User'], relationshipName: 'Owner', defaultedOnCreate: true });
    expect(account.childRelationships.map((c) => c.relationshipName)).toContain('Contacts');
    const mustGive = account.fields.filter((f) => f.createable && !f.nillable && !f.defaultedOnCreate).map((f) => f.name);
    expect(mustGive).toEqual(['Name']);
  });

  it('lists objects, versions and limits', async () => {
    const all = await conn.describeGlobal();
    expect(all.sobjects.map((o) => o.name)).toEqual(expect.arrayContaining(['Account', 'Contact', 'Lead', 'Opportunity', 'User', 'LeadStatus']));
    const limits = await conn.limits();
    expect(limits.DailyApiRequests?.Max).toBe(100_000);
    expect(conn.limitInfo.apiUsage?.limit).toBe(100_000);
    expect(((await (await fetch(`${sandbox.url}/services/data`)).json()) as unknown[]).length).toBeGreaterThan(40);
  });

  it('says not found for an unknown object and resource', async () => {
    expect((await refusalOf(conn.describe('Nothing'))).name).toBe('NOT_FOUND');
    const error = await refusalOf(conn.request('/nowhere'));
    expect(error.name).toBe('NOT_FOUND');
    expect(error.message).toBe('The requested resource does not exist');
  });
});

describe('single records', () => {
  it('creates, reads, changes and deletes an account', async () => {
    const made = await conn.sobject('Account').create({ Name: 'Acme Ltd', Website: 'acme.example', NumberOfEmployees: 12 });
    expect(made).toMatchObject({ success: true, errors: [] });
    const id = made.id as string;
    expect(id).toMatch(/^001\w{15}$/);
    const read = (await conn.sobject('Account').retrieve(id.slice(0, 15))) as Row;
    expect(read).toMatchObject({ Id: id, Name: 'Acme Ltd', NumberOfEmployees: 12, IsDeleted: false });
    expect(read.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
    await conn.sobject('Account').update({ Id: id, Name: 'Acme Limited' });
    expect(((await conn.sobject('Account').retrieve(id, { fields: ['Name'] } as never)) as Row).Name).toBe('Acme Limited');
    await conn.sobject('Account').destroy(id);
    expect((await refusalOf(conn.sobject('Account').retrieve(id))).name).toBe('ENTITY_IS_DELETED');
    expect((await conn.query('SELECT Id FROM Account')).totalSize).toBe(0);
    const all = await conn.query<Row>('SELECT Id, IsDeleted FROM Account', { scanAll: true });
    expect(all.records[0]).toMatchObject({ Id: id, IsDeleted: true });
    expect(sandbox.requests().rows).toEqual({ created: 1, updated: 1, deleted: 1, failed: 0 });
  });

  it('upserts by external id: created, then updated, and 300 when several match', async () => {
    const first = await conn.sobject('Account').upsert({ Signalbox_Id__c: 'sb-1', Name: 'One' }, 'Signalbox_Id__c');
    expect(first).toMatchObject({ success: true, created: true });
    const second = await conn.sobject('Account').upsert({ Signalbox_Id__c: 'SB-1', Name: 'One more' }, 'Signalbox_Id__c');
    expect(second).toMatchObject({ id: first.id, success: true, created: false });
    sandbox.faults.set({ kind: 'field-changed', object: 'Account', field: 'Signalbox_Id__c', set: { unique: false } });
    await conn.sobject('Account').create({ Name: 'Two', Signalbox_Id__c: 'sb-1' });
    const error = await refusalOf(conn.sobject('Account').upsert({ Signalbox_Id__c: 'sb-1', Name: 'x' }, 'Signalbox_Id__c'));
    sandbox.faults.clear();
    expect(error.name).toBe('MULTIPLE_CHOICES');
    expect(error.data).toHaveLength(2);
  });

  it('only updates when asked to, and knows which fields are external ids', async () => {
    const patch = (path: string) => refusalOf(conn.requestPatch(path, { Name: 'x' }));
    expect((await patch('/sobjects/Account/Signalbox_Id__c/none?updateOnly=true')).name).toBe('NOT_FOUND');
    expect((await patch('/sobjects/Account/Industry/x')).name).toBe('NOT_FOUND');
    expect(sandbox.counts().Account).toBe(0);
  });

  it.each([
    ['REQUIRED_FIELD_MISSING', { Website: 'x.example' }],
    ['STRING_TOO_LONG', { Name: 'x'.repeat(256) }],
    ['INVALID_FIELD', { Name: 'x', Nothing__c: 1 }],
    ['INVALID_FIELD_FOR_INSERT_UPDATE', { Name: 'x', CreatedDate: '2020-01-01T00:00:00Z' }],
    ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', { Name: 'x', CleanStatus: 'Dirty' }],
    ['MALFORMED_ID', { Name: 'x', ParentId: 'nonsense' }],
    ['INVALID_CROSS_REFERENCE_KEY', { Name: 'x', ParentId: '001000000000001AAA' }],
    ['FIELD_INTEGRITY_EXCEPTION', { Name: 'x', ParentId: '003000000000001AAA' }],
    ['JSON_PARSER_ERROR', { Name: 'x', NumberOfEmployees: 'many' }],
    ['JSON_PARSER_ERROR', { Name: ['x'] }],
  ])('refuses a bad account with %s', async (code, body) => {
    const error = await refusalOf(conn.sobject('Account').create(body as never));
    expect(error.name).toBe(code);
    expect(sandbox.counts().Account).toBe(0);
  });

  it('refuses a second record with a unique value and names the first', async () => {
    const first = await conn.sobject('Account').create({ Name: 'One', Signalbox_Id__c: 'a' });
    const error = await refusalOf(conn.sobject('Account').create({ Name: 'Two', Signalbox_Id__c: 'A' }));
    expect(error.name).toBe('DUPLICATE_VALUE');
    expect(error.message).toContain((first.id as string).slice(0, 15));
  });

  it('lists what was updated and deleted', async () => {
    const [a, b] = await conn.sobject('Account').create([{ Name: 'A' }, { Name: 'B' }]);
    await conn.sobject('Account').destroy(b?.id as string);
    const [start, end] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    expect((await conn.sobject('Account').updated(start, end)).ids).toEqual([a?.id]);
    expect((await conn.sobject('Account').deleted(start, end)).deletedRecords.map((d) => d.id)).toEqual([b?.id]);
  });
});

describe('collections', () => {
  it('creates, changes, upserts, reads and deletes in one call each', async () => {
    const made = await conn.sobject('Account').create([{ Name: 'A' }, { Website: 'no-name.example' }, { Name: 'C' }]);
    expect(made.map((r) => r.success)).toEqual([true, false, true]);
    expect(made[1]).toEqual({ success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] }] });
    const ids = [made[0]?.id as string, made[2]?.id as string];
    const changed = await conn.sobject('Account').update([{ Id: ids[0] as string, Site: 'x' }, { Id: '001000000000001AAA', Site: 'y' }]);
    expect(rowCodes(changed)).toEqual([undefined, 'INVALID_CROSS_REFERENCE_KEY']);
    const upserted = await conn.sobject('Account').upsert([{ Signalbox_Id__c: 'k1', Name: 'K1' }, { Signalbox_Id__c: 'k2', Name: 'K2' }], 'Signalbox_Id__c');
    expect(upserted.map((r) => (r as { created: boolean }).created)).toEqual([true, true]);
    const read = (await conn.sobject('Account').retrieve([...ids, '001000000000001AAA'], { fields: ['Id', 'Name'] } as never)) as unknown as (Row | null)[];
    expect(read.map((r) => r?.Name)).toEqual(['A', 'C', undefined]);
    const gone = await conn.sobject('Account').destroy(ids);
    expect(gone.every((r) => r.success)).toBe(true);
    expect(sandbox.counts().Account).toBe(2);
    expect(sandbox.requests().operations).toEqual({
      'collections.create': 1, 'collections.update': 1, 'collections.upsert': 1, 'collections.retrieve': 1, 'collections.delete': 1,
    });
  });

  it('refuses more than 200 rows', async () => {
    const rows = Array.from({ length: 201 }, (_, i) => ({ Name: `A${i}` }));
    expect((await refusalOf(conn.sobject('Account').create(rows))).name).toBe('EXCEEDED_ID_LIMIT');
    expect(sandbox.counts().Account).toBe(0);
  });

  it('takes all rows back with allOrNone', async () => {
    const result = await conn.sobject('Account').create([{ Name: 'A', Signalbox_Id__c: 'u' }, { Name: '' }], { allOrNone: true });
    expect(rowCodes(result)).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    expect(sandbox.counts().Account).toBe(0);
    expect((await conn.sobject('Account').create({ Name: 'again', Signalbox_Id__c: 'u' })).success).toBe(true);
    expect((await conn.query("SELECT Id FROM Account WHERE Signalbox_Id__c = 'u'")).totalSize).toBe(1);
  });

  it('refuses a row that names an external id twice or not at all', async () => {
    const result = await conn.sobject('Account').upsert([{ Signalbox_Id__c: 'a', Name: 'A' }, { Signalbox_Id__c: 'A', Name: 'B' }], 'Signalbox_Id__c');
    expect(rowCodes(result)).toEqual([undefined, 'DUPLICATE_VALUE']);
    const none = (await conn.requestPatch('/composite/sobjects/Account/Signalbox_Id__c', { records: [{ attributes: { type: 'Account' }, Name: 'A' }] })) as { errors: { statusCode: string }[] }[];
    expect(none[0]?.errors[0]?.statusCode).toBe('MISSING_ARGUMENT');
  });
});

describe('composite', () => {
  type Composite = { compositeResponse: { httpStatusCode: number; referenceId: string; body: unknown }[] };
  const base = '/services/data/v60.0';

  it('writes five times 200 accounts in one counted request', async () => {
    const part = (n: number) => ({
      method: 'PATCH', url: `${base}/composite/sobjects/Account/Signalbox_Id__c`, referenceId: `part${n}`,
      body: { allOrNone: false, records: Array.from({ length: 200 }, (_, i) => ({ attributes: { type: 'Account' }, Name: `Company ${n}-${i}`, Signalbox_Id__c: `${n}-${i}` })) },
    });
    const answer = await conn.requestPost<Composite>('/composite', { allOrNone: false, compositeRequest: [1, 2, 3, 4, 5].map(part) });
    expect(answer.compositeResponse.map((r) => r.httpStatusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(sandbox.counts().Account).toBe(1000);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, operations: { composite: 1 }, subrequests: { 'collections.upsert': 5 }, rows: { created: 1000 } });
    expect((await refusalOf(conn.requestPost('/composite', { compositeRequest: [1, 2, 3, 4, 5, 6].map(part) }))).name).toBe('LIMIT_EXCEEDED');
  });

  it('puts earlier answers into later subrequests', async () => {
    const answer = await conn.requestPost<Composite>('/composite', { compositeRequest: [
      { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'acc', body: { Name: 'Parent' } },
      { method: 'POST', url: `${base}/sobjects/Contact`, referenceId: 'con', body: { LastName: 'Doe', AccountId: '@{acc.id}' } },
      { method: 'GET', url: `${base}/query?q=SELECT+Id,Account.Name+FROM+Contact+WHERE+Id='@{con.id}'`, referenceId: 'q' },
      { method: 'GET', url: `${base}/sobjects/Account/@{missing.id}`, referenceId: 'bad' },
    ] });
    expect(answer.compositeResponse.map((r) => r.httpStatusCode)).toEqual([201, 201, 200, 400]);
    expect(answer.compositeResponse[2]?.body).toMatchObject({ totalSize: 1, records: [{ Account: { Name: 'Parent' } }] });
    expect(answer.compositeResponse[3]?.body).toMatchObject([{ errorCode: 'PROCESSING_HALTED' }]);
  });

  it('takes everything back when one part fails under allOrNone', async () => {
    const answer = await conn.requestPost<Composite>('/composite', { allOrNone: true, compositeRequest: [
      { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'a', body: { Name: 'A' } },
      { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'b', body: {} },
      { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'c', body: { Name: 'C' } },
    ] });
    expect(answer.compositeResponse.map((r) => r.httpStatusCode)).toEqual([400, 400, 400]);
    expect(answer.compositeResponse[1]?.body).toMatchObject([{ errorCode: 'REQUIRED_FIELD_MISSING' }]);
    expect(sandbox.counts().Account).toBe(0);
    expect(sandbox.requests().rows.created).toBe(0);
  });

  it('runs batches and trees', async () => {
    const batch = await conn.requestPost<{ hasErrors: boolean; results: { statusCode: number }[] }>('/composite/batch', { haltOnError: true, batchRequests: [
      { method: 'POST', url: 'v60.0/sobjects/Account', richInput: { Name: 'B' } }, { method: 'GET', url: 'v60.0/sobjects/Account/nothing' }, { method: 'GET', url: 'v60.0/limits' },
    ] });
    expect(batch).toMatchObject({ hasErrors: true, results: [{ statusCode: 201 }, { statusCode: 404 }, { statusCode: 412 }] });
    const tree = await conn.requestPost<{ hasErrors: boolean; results: unknown[] }>('/composite/tree/Account', { records: [
      { attributes: { type: 'Account', referenceId: 'r1' }, Name: 'T', Contacts: { records: [{ attributes: { type: 'Contact', referenceId: 'r2' }, LastName: 'Child' }] } },
    ] });
    expect(tree).toMatchObject({ hasErrors: false, results: [{ referenceId: 'r1' }, { referenceId: 'r2' }] });
    expect(sandbox.records('Contact')[0]?.AccountId).toBe(sandbox.records('Account').find((a) => a.Name === 'T')?.Id);
  });
});
