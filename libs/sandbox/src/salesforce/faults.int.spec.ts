import { startSalesforceSandbox, type FaultInput, type SalesforceSandbox } from './index.ts';
import { connectJsforce, refusalOf, rowCodes, type JsforceConnection } from './testing/connect.ts';

let sandbox: SalesforceSandbox;
let conn: JsforceConnection;

beforeAll(async () => {
  sandbox = await startSalesforceSandbox();
  conn = await connectJsforce(sandbox);
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.reset();
  sandbox.resetRequests();
});

const DATA = '/services/data/v60.0';
/** One try on the wire, without jsforce's own repeats. */
const raw = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(sandbox.url + DATA + path, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: { Authorization: `Bearer ${conn.accessToken as string}`, 'Content-Type': 'application/json', ...headers },
  });
const control = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${sandbox.url}/__sandbox/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
const codeOf = async (response: Response): Promise<string | undefined> => ((await response.json()) as { errorCode: string }[])[0]?.errorCode;
const collection = (...names: string[]) => ({ allOrNone: false, records: names.map((Name) => ({ attributes: { type: 'Account' }, Name })) });

describe('faults of whole requests', () => {
  it.each<[string, FaultInput, number, string | undefined]>([
    ['a burst of 429', { kind: 'rate-limited', times: 2, retryAfterSeconds: 7 }, 429, 'REQUEST_LIMIT_EXCEEDED'],
    ['a burst of 503', { kind: 'unavailable', times: 2 }, 503, 'SERVER_UNAVAILABLE'],
    ['500', { kind: 'server-error', times: 2 }, 500, 'UNKNOWN_EXCEPTION'],
    ['limit reached', { kind: 'limit-exceeded', times: 2 }, 403, 'REQUEST_LIMIT_EXCEEDED'],
    ['forbidden', { kind: 'forbidden', times: 2 }, 403, 'INSUFFICIENT_ACCESS'],
    ['api disabled', { kind: 'api-disabled', times: 2 }, 403, 'API_DISABLED_FOR_ORG'],
  ])('%s strikes twice, writes nothing, then is over', async (_name, fault, status, code) => {
    sandbox.faults.set(fault);
    for (let i = 0; i < 2; i++) {
      const answer = await raw('POST', '/sobjects/Account', { Name: 'A' });
      expect(answer.status).toBe(status);
      expect(await codeOf(answer)).toBe(code);
      if ('retryAfterSeconds' in fault) expect(answer.headers.get('retry-after')).toBe('7');
    }
    expect(sandbox.counts().Account).toBe(0);
    expect((await raw('POST', '/sobjects/Account', { Name: 'A' })).status).toBe(201);
    expect(sandbox.requests().faults).toEqual({ [fault.kind]: 2 });
    expect(sandbox.faults.list()[0]).toMatchObject({ hits: 2, remaining: 0 });
  });

  it('answers HTML where JSON is expected', async () => {
    sandbox.faults.set({ kind: 'html', times: 1 });
    const answer = await raw('GET', '/limits');
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('maintenance');
  });

  it('expires the session, so that only a new sign-in helps', async () => {
    const other = await connectJsforce(sandbox);
    sandbox.faults.set({ kind: 'session-expired', times: 1 });
    const token = other.accessToken as string;
    const ask = (bearer: string) => raw('GET', '/limits', undefined, { Authorization: `Bearer ${bearer}` });
    expect(await codeOf(await ask(token))).toBe('INVALID_SESSION_ID');
    expect((await ask(token)).status).toBe(401);
    await other.authorize({ grant_type: 'client_credentials' });
    expect((await ask(other.accessToken as string)).status).toBe(200);
  });

  it('refuses to sign anybody in', async () => {
    sandbox.faults.set({ kind: 'sign-in-refused', times: 1, description: "user hasn't approved this consumer" });
    await expect(connectJsforce(sandbox)).rejects.toThrow("user hasn't approved this consumer");
    await connectJsforce(sandbox);
  });

  it('resets the connection before anything is done', async () => {
    sandbox.faults.set({ kind: 'connection-reset', operation: 'write', times: 1 });
    await expect(raw('POST', '/sobjects/Account', { Name: 'A' })).rejects.toThrow();
    expect(sandbox.counts().Account).toBe(0);
    expect((await raw('GET', '/limits')).status).toBe(200);
  });

  it('times out before committing', async () => {
    sandbox.faults.set({ kind: 'timeout-before-commit', hangMs: 20, times: 1 });
    await expect(raw('POST', '/sobjects/Account', { Name: 'A' })).rejects.toThrow();
    expect(sandbox.counts().Account).toBe(0);
  });

  it('times out after committing: the client sees nothing, the records are there', async () => {
    sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'collections.create', hangMs: 20, times: 1 });
    await expect(raw('POST', '/composite/sobjects', collection('A', 'B'))).rejects.toThrow();
    expect(sandbox.counts().Account).toBe(2);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 1, operations: { 'collections.create': 1 }, rows: { created: 2 }, faults: { 'timeout-after-commit': 1 } });
  });

  it('breaks an answer off in the middle', async () => {
    sandbox.faults.set({ kind: 'truncated-answer', times: 1 });
    await expect(raw('GET', '/sobjects/Account/describe').then((r) => r.text())).rejects.toThrow();
  });

  it('takes its time', async () => {
    sandbox.faults.set({ kind: 'latency', ms: 60, jitterMs: 5 });
    const started = performance.now();
    await raw('GET', '/limits');
    expect(performance.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('strikes only the operations, and only after the requests, it is told', async () => {
    sandbox.faults.set({ kind: 'unavailable', operation: ['query'], skip: 1, times: 1 });
    const statuses = [];
    for (const path of ['/limits', '/query?q=SELECT+Id+FROM+Account', '/query?q=SELECT+Id+FROM+Account', '/query?q=SELECT+Id+FROM+Account']) statuses.push((await raw('GET', path)).status);
    expect(statuses).toEqual([200, 200, 503, 200]);
  });

  it('strikes by chance, and not before its time', async () => {
    let clock = Date.now();
    const other = await startSalesforceSandbox({ now: () => clock, faults: [{ kind: 'unavailable', operation: 'versions', afterMs: 1000 }] });
    try {
      const status = async () => (await fetch(`${other.url}/services/data`)).status;
      expect(await status()).toBe(200);
      clock += 1000;
      expect(await status()).toBe(503);
      other.faults.set({ kind: 'unavailable', operation: 'versions', probability: 0 });
      expect(await status()).toBe(200);
      other.faults.set({ kind: 'unavailable', operation: 'versions', probability: 1 });
      expect(await status()).toBe(503);
    } finally {
      await other.close();
    }
  });

  it('reaches the daily limit by itself, and says how much is used', async () => {
    sandbox.settings({ apiLimit: 10, apiUsage: 9 });
    const last = await raw('GET', '/limits');
    expect(last.headers.get('sforce-limit-info')).toBe('api-usage=10/10');
    expect(await codeOf(await raw('GET', '/limits'))).toBe('REQUEST_LIMIT_EXCEEDED');
    sandbox.settings({ apiLimit: 100_000, apiUsage: 0 });
  });

  it('counts the parts of a composite when the org is set so', async () => {
    sandbox.settings({ compositeCountsSubrequests: true });
    const get = (referenceId: string) => ({ method: 'GET', url: `${DATA}/limits`, referenceId });
    await raw('POST', '/composite', { compositeRequest: [get('a'), get('b'), get('c')] });
    sandbox.settings({ compositeCountsSubrequests: false });
    expect(sandbox.requests().apiCalls).toBe(3);
  });
});

describe('faults of single rows', () => {
  it('locks two rows; the others go through, and a repeat goes through', async () => {
    sandbox.faults.set({ kind: 'lock-row', times: 2 });
    const first = await (await raw('POST', '/composite/sobjects', collection('A', 'B', 'C'))).json();
    expect(rowCodes(first)).toEqual(['UNABLE_TO_LOCK_ROW', 'UNABLE_TO_LOCK_ROW', undefined]);
    const again = await (await raw('POST', '/composite/sobjects', collection('A', 'B'))).json();
    expect(rowCodes(again)).toEqual([undefined, undefined]);
    expect(sandbox.requests().rows).toMatchObject({ created: 3, failed: 2 });
  });

  it('locks only the rows whose name matches', async () => {
    sandbox.faults.set({ kind: 'lock-row', matching: '^B', object: 'Account' });
    expect(rowCodes(await (await raw('POST', '/composite/sobjects', collection('A', 'Beta'))).json())).toEqual([undefined, 'UNABLE_TO_LOCK_ROW']);
  });

  it('one poisoned record fails alone', async () => {
    sandbox.faults.set({ kind: 'poison-record', matching: 'poison', message: 'Not on my watch.' });
    const rows = (await (await raw('POST', '/composite/sobjects', collection('A', 'Poison Ltd', 'C'))).json()) as { errors: { message: string }[] }[];
    expect(rowCodes(rows)).toEqual([undefined, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', undefined]);
    expect(rows[1]?.errors[0]?.message).toBe('Not on my watch.');
  });

  it('a duplicate rule refuses a row shortly in a collection and with the match in a single call', async () => {
    const [existing] = sandbox.seed('Account', [{ Name: 'Acme Ltd', Website: 'https://www.acme.example/' }]).ids;
    sandbox.faults.set({ kind: 'duplicate-rule' });
    const body = { Name: 'ACME LTD', Website: 'acme.example' };
    const rows = await (await raw('POST', '/composite/sobjects', { records: [{ attributes: { type: 'Account' }, ...body }, { attributes: { type: 'Account' }, Name: 'Acme Ltd', Website: 'other.example' }] })).json();
    expect(rows).toMatchObject([{ success: false, errors: [{ statusCode: 'DUPLICATES_DETECTED', message: 'Use one of these records?', fields: [] }] }, { success: true }]);
    const single = await raw('POST', '/sobjects/Account', body, { 'Sforce-Duplicate-Rule-Header': 'allowSave=true; includeRecordDetails=true' });
    expect(single.status).toBe(400);
    expect(await single.json()).toMatchObject([{
      errorCode: 'DUPLICATES_DETECTED',
      duplicateResut: { allowSave: false, matchResults: [{ matchRecords: [{ record: { Id: existing, Name: 'Acme Ltd' } }], size: 1 }] },
    }]);
  });

  it('an alert-only duplicate rule lets a save through that allows it', async () => {
    sandbox.seed('Account', [{ Name: 'Acme', Website: 'acme.example' }]);
    sandbox.faults.set({ kind: 'duplicate-rule', action: 'alert' });
    const post = (headers?: Record<string, string>) => raw('POST', '/sobjects/Account', { Name: 'Acme', Website: 'acme.example' }, headers);
    expect((await post()).status).toBe(400);
    expect((await post({ 'Sforce-Duplicate-Rule-Header': 'allowSave=true' })).status).toBe(201);
  });

  it('does not compare rows of one request with each other', async () => {
    sandbox.faults.set({ kind: 'duplicate-rule', fields: ['Name'] });
    expect(rowCodes(await (await raw('POST', '/composite/sobjects', collection('Same', 'Same'))).json())).toEqual([undefined, undefined]);
    expect(rowCodes(await (await raw('POST', '/composite/sobjects', collection('same'))).json())).toEqual(['DUPLICATES_DETECTED']);
  });
});

describe('faults of the schema', () => {
  it('takes a field away and brings it back', async () => {
    sandbox.faults.set({ kind: 'field-removed', object: 'Account', field: 'Site' });
    expect((await conn.describe('Account')).fields.map((f) => f.name)).not.toContain('Site');
    expect((await refusalOf(conn.query('SELECT Site FROM Account'))).name).toBe('INVALID_FIELD');
    expect((await refusalOf(conn.sobject('Account').create({ Name: 'A', Site: 'x' }))).name).toBe('INVALID_FIELD');
    expect(rowCodes(await conn.sobject('Account').create([{ Name: 'A', Site: 'x' }, { Name: 'B' }]))).toEqual(['INVALID_FIELD', undefined]);
    sandbox.settings({ unknownFieldFailsRequest: true });
    expect((await refusalOf(conn.sobject('Account').create([{ Name: 'A', Site: 'x' }, { Name: 'B' }]))).name).toBe('INVALID_FIELD');
    sandbox.settings({ unknownFieldFailsRequest: false });
    sandbox.faults.clear();
    expect((await conn.sobject('Account').create({ Name: 'A', Site: 'x' })).success).toBe(true);
  });

  it('answers a describe only when the schema is another than the client knows', async () => {
    let clock = Date.parse('2026-11-22T10:00:00.000Z');
    const other = await startSalesforceSandbox({ now: () => clock });
    try {
      const { accessToken } = await connectJsforce(other);
      const describeSince = (since: string) => fetch(`${other.url}${DATA}/sobjects/Account/describe`, { headers: { Authorization: `Bearer ${accessToken as string}`, 'If-Modified-Since': since } });
      const known = (await describeSince('Sat, 01 Jan 2000 00:00:00 GMT')).headers.get('last-modified') as string;
      expect((await describeSince(known)).status).toBe(304);
      clock += 5000;
      other.faults.set({ kind: 'field-removed', object: 'Account', field: 'Site' });
      expect((await describeSince(known)).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('makes a field read-only, shorter, or restricted', async () => {
    sandbox.faults.set(
      { kind: 'field-changed', object: 'Account', field: 'Website', set: { readOnly: true } },
      { kind: 'field-changed', object: 'account', field: 'Site', set: { length: 3 } },
      { kind: 'field-changed', object: 'Account', field: 'Industry', set: { restricted: true } },
    );
    const code = async (body: Record<string, unknown>) => (await refusalOf(conn.sobject('Account').create({ Name: 'A', ...body }))).name;
    expect(await code({ Website: 'a.example' })).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
    expect(await code({ Site: 'long' })).toBe('STRING_TOO_LONG');
    expect(await code({ Industry: 'Piracy' })).toBe('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
  });
});

describe('the switches over HTTP', () => {
  it('sets, lists, adds, removes and clears faults', async () => {
    expect((await control('PUT', 'faults', { faults: [{ kind: 'server-error' }] })).status).toBe(200);
    expect((await control('POST', 'faults', { kind: 'latency', ms: 1 })).status).toBe(201);
    const listed = (await (await control('GET', 'faults')).json()) as { faults: { id: number; kind: string }[] };
    expect(listed.faults.map((f) => f.kind)).toEqual(['server-error', 'latency']);
    expect((await control('DELETE', `faults/${listed.faults[0]?.id ?? 0}`)).status).toBe(204);
    expect(sandbox.faults.list().map((f) => f.kind)).toEqual(['latency']);
    expect((await control('DELETE', 'faults')).status).toBe(204);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('says what is wrong with a switch that cannot work', async () => {
    const answer = await control('PUT', 'faults', [{ kind: 'earthquake' }]);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain("Unknown fault kind 'earthquake'");
    expect(((await (await control('PUT', 'faults', [{ kind: 'poison-record' }])).json()) as { error: string }).error).toContain("needs 'matching'");
  });
});
