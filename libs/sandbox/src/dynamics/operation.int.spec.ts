import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamicsSandbox, type DynamicsSandbox, type DynamicsSandboxOptions } from './index.ts';
import { tokenFor } from './testing/connect.ts';

const running: DynamicsSandbox[] = [];
let folder: string;
const start = async (options: DynamicsSandboxOptions = {}) => {
  const sandbox = await startDynamicsSandbox(options);
  running.push(sandbox);
  return sandbox;
};
const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'dynamics-spec-')); });
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => { await Promise.all(running.splice(0).map((s) => s.close())); });

interface Answered {
  status: number;
  code: string | undefined;
  headers: Headers;
  body: Record<string, unknown>;
}

async function ask(sandbox: DynamicsSandbox, method: string, path: string, body?: unknown, token?: string): Promise<Answered> {
  const headers = { authorization: `Bearer ${token ?? await tokenFor(sandbox)}`, 'content-type': 'application/json' };
  const answer = await fetch(`${sandbox.url}/api/data/v9.2/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: answer.status, code: (json['error'] as { code?: string } | undefined)?.code, headers: answer.headers, body: json };
}

describe('signing in', () => {
  it.each<[string, Record<string, string>, string, number, string, number]>([
    ['another tenant', {}, 'nobody', 400, 'invalid_request', 90002],
    ['another application', { client_id: 'nobody' }, '', 400, 'unauthorized_client', 700016],
    ['a wrong secret', { client_secret: 'wrong' }, '', 401, 'invalid_client', 7000215],
    ['a password', { grant_type: 'password' }, '', 400, 'unsupported_grant_type', 70003],
    ['a scope that is none', { scope: 'User.Read' }, '', 400, 'invalid_scope', 1002012],
    ['another environment', { scope: 'https://other.crm4.dynamics.com/.default' }, '', 400, 'invalid_resource', 500011],
  ])('with %s is refused as Entra ID does it', async (_what, change, tenant, status, error, code) => {
    const sandbox = await start();
    const { tenantId, clientId, clientSecret } = sandbox.credentials;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${sandbox.url}/.default`, ...change });
    const answer = await fetch(`${sandbox.url}/${tenant || tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error, error_codes: [code], error_description: expect.stringContaining(`AADSTS${code}`) }]);
  });

  it('tells where it is done, and refuses what is no token without a body', async () => {
    const sandbox = await start();
    const openId = (await (await fetch(`${sandbox.url}/${sandbox.credentials.tenantId}/v2.0/.well-known/openid-configuration`)).json()) as { token_endpoint: string };
    expect(openId.token_endpoint).toBe(`${sandbox.url}/${sandbox.credentials.tenantId}/oauth2/v2.0/token`);
    const found = (await (await fetch(`${sandbox.url}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(`${sandbox.url}/t/oauth2/v2.0/authorize`)}`)).json()) as { tenant_discovery_endpoint: string };
    expect(found.tenant_discovery_endpoint).toBe(`${sandbox.url}/t/v2.0/.well-known/openid-configuration`);
    const refused = await ask(sandbox, 'GET', 'WhoAmI', undefined, 'nonsense');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('authorization_uri=')]);
  });

  it('a token ends after an hour', async () => {
    let now = Date.now();
    const sandbox = await start({ now: () => now });
    const token = await tokenFor(sandbox);
    expect((await ask(sandbox, 'GET', 'WhoAmI', undefined, token)).status).toBe(200);
    now += 3_600_000;
    expect((await ask(sandbox, 'GET', 'WhoAmI', undefined, token)).status).toBe(401);
  });
});

describe('the service protection', () => {
  it('counts requests in five minutes, says what is left, and how long to stay away', async () => {
    let now = Date.now();
    const sandbox = await start({ requestLimit: 3, now: () => now });
    const token = await tokenFor(sandbox);
    const statuses: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const answer = await ask(sandbox, 'GET', 'accounts?$top=1', undefined, token);
      statuses.push([answer.status, answer.code, answer.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')]);
      now += 1000;
    }
    expect(statuses).toEqual([[200, undefined, '2'], [200, undefined, '1'], [200, undefined, '0'], [429, '0x80072322', null]]);
    expect(Number((await ask(sandbox, 'GET', 'accounts?$top=1', undefined, token)).headers.get('retry-after'))).toBeGreaterThan(290);
    now += 300_000;
    expect((await ask(sandbox, 'GET', 'accounts?$top=1', undefined, token)).status).toBe(200);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 4, statuses: { 200: 5, 429: 2 } });
  });
});

describe('faults', () => {
  it.each<[object, number, string]>([
    [{ kind: 'rate-limited', limit: 'concurrency', retryAfterSeconds: 7 }, 429, '0x80072326'], [{ kind: 'rate-limited', limit: 'time' }, 429, '0x80072321'], [{ kind: 'unavailable' }, 503, '0x80044150'],
    [{ kind: 'server-error' }, 500, '0x80040216'], [{ kind: 'forbidden' }, 403, '0x80040220'], [{ kind: 'not-a-member' }, 403, '0x80072560'], [{ kind: 'limit-exceeded' }, 429, '0x80072321'],
  ])('%j', async (fault, status, code) => {
    const sandbox = await start();
    sandbox.faults.set(fault as never);
    const answer = await ask(sandbox, 'GET', 'accounts');
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(sandbox.requests()).toMatchObject({ apiCalls: 0, faults: { [(fault as { kind: string }).kind]: 1 } });
  });

  it('a time-out after the commit has written everything, one before it nothing', async () => {
    const sandbox = await start();
    const token = await tokenFor(sandbox);
    for (const [kind, count] of [['timeout-before-commit', 0], ['timeout-after-commit', 1]] as const) {
      sandbox.faults.set({ kind, operation: 'create' });
      await expect(ask(sandbox, 'POST', 'accounts', { name: kind }, token)).rejects.toThrow();
      expect(sandbox.counts()['account']).toBe(count);
    }
    sandbox.faults.set({ kind: 'truncated-answer', operation: 'list' });
    await expect(ask(sandbox, 'GET', 'accounts', undefined, token)).rejects.toThrow();
  });

  it('can be switched over HTTP, like the rest of /__sandbox', async () => {
    const sandbox = await start();
    const at = (path: string) => `${sandbox.url}/__sandbox/${path}`;
    await fetch(at('faults'), { method: 'PUT', body: '{"kind":"poison-record","matching":"^Bad"}' });
    expect((await ask(sandbox, 'POST', 'accounts', { name: 'Bad one' })).code).toBe('0x80040265');
    expect((await fetch(at('records/account'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[{"name":"Seeded","industrycode":1}]' })).status).toBe(201);
    expect(JSON.parse(await (await fetch(at('records/account?fields=name,industrycode'))).text())).toEqual({ name: 'Seeded', industrycode: 1 });
    const unknown = await fetch(at('faults'), { method: 'PUT', body: '{"kind":"nonsense"}' });
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('Known: rate-limited')]);
    expect((await fetch(at('data'), { method: 'DELETE' })).status).toBe(204);
    expect(sandbox.counts()).toMatchObject({ account: 0, systemuser: 1 });
  });
});

describe('schema files and seeds', () => {
  it('add tables, columns, choices and keys', async () => {
    const schemaFile = await file('schema.json', JSON.stringify({ entities: {
      account: { attributes: [{ name: 'new_segments', label: 'Segments', type: 'MultiSelectPicklist', options: [{ value: 1, label: 'A' }, { value: 9, label: 'B' }] }, { name: 'fax', remove: true }], keys: [{ name: 'number_key', label: 'Number Key', attributes: ['accountnumber'] }] },
      new_site: { primaryName: 'new_name', attributes: [{ name: 'new_name' }, { name: 'new_accountid', type: 'Lookup', targets: ['account'] }] },
    } }));
    const seedFile = await file('seed.csv', '\uFEFFname,accountnumber,numberofemployees,modifiedon\r\n"A, Ltd",N1,7,2026-01-02T03:04:05Z\r\n');
    const sandbox = await start({ schemaFile, seedFile });
    expect(sandbox.records('account')).toMatchObject([{ name: 'A, Ltd', numberofemployees: 7, modifiedon: '2026-01-02T03:04:05Z' }]);
    expect((await ask(sandbox, 'PATCH', "accounts(accountnumber='N1')", { new_segments: '9,1' })).status).toBe(204);
    expect((await ask(sandbox, 'PATCH', "accounts(accountnumber='N1')", { new_segments: '3' })).code).toBe('0x8004431a');
    expect((await ask(sandbox, 'POST', 'new_sites', { new_name: 'HQ', 'new_accountid@odata.bind': "/accounts(accountnumber='N1')" })).status).toBe(204);
    expect((await ask(sandbox, 'GET', "new_sites?$select=new_name&$expand=new_accountid($select=name)&$filter=new_accountid/name eq 'a, ltd'")).body['value']).toMatchObject([{ new_name: 'HQ', new_accountid: { name: 'A, Ltd' } }]);
    expect((await ask(sandbox, 'GET', "accounts?$filter=fax eq '1'")).code).toBe('0x80060888');
  });

  it.each([['name,nothing\nA,1\n', /Column 'nothing': account has no such attribute/], ['name,numberofemployees\nA,1\nB,many\n', /line 3: .*numberofemployees|line 3: .*Edm.Int32/s], ['name,signalbox_id\nA,1\nB,1\n', /line 3: .*Signalbox Id/]])('that cannot be used name the place: %j', async (csv, message) => {
    await expect(startDynamicsSandbox({ seedFile: await file('bad.csv', csv) })).rejects.toThrow(message);
  });
});

describe('on the wire', () => {
  it('refuses paths, methods and addresses as the vendor does', async () => {
    const sandbox = await start();
    const token = await tokenFor(sandbox);
    const answers = [];
    for (const [method, path] of [['GET', 'nothings'], ['PUT', 'accounts'], ['GET', 'accounts?$skip=1'], ['GET', 'accounts?$nonsense=1'], ['POST', 'leads/Microsoft.Dynamics.CRM.Nothing'], ['GET', `accounts?$select=name&x=${'y'.repeat(33_000)}`]] as const) {
      const { status, code } = await ask(sandbox, method, path, method === 'GET' ? undefined : {}, token);
      answers.push([status, code]);
    }
    expect(answers).toEqual([[404, '0x8006088a'], [405, '0x80060888'], [400, '0x80060888'], [400, '0x80060888'], [404, '0x8006088a'], [414, undefined]]);
  });

  it('speaks TLS with a certificate that can be trusted', async () => {
    const sandbox = await start({ tls: true });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpsRequest(`${sandbox.url}/api/data/v9.2/WhoAmI`, { ca: sandbox.tls?.cert }, (answer) => resolve(answer.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(401);
  });
});
