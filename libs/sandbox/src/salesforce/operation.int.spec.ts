import { jest } from '@jest/globals';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { runSandboxCommand } from '../command.ts';
import { startSalesforceSandbox, type SalesforceSandbox, type SalesforceSandboxOptions } from './index.ts';
import { connectJsforce, refusalOf } from './testing/connect.ts';

let folder: string;
const running: SalesforceSandbox[] = [];
const start = async (options: SalesforceSandboxOptions = {}) => {
  const sandbox = await startSalesforceSandbox(options);
  running.push(sandbox);
  return sandbox;
};
const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-spec-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all(running.splice(0).map((s) => s.close()));
});

describe('schema files', () => {
  it('add objects, custom fields and external ids, and change what is shipped', async () => {
    const schemaFile = await file('schema.json', JSON.stringify({ objects: {
      Account: { fields: [{ name: 'Segments__c', type: 'multipicklist', values: ['a', 'b'], restricted: true }, { name: 'Site', required: true }, { name: 'Fax', remove: true }] },
      Site__c: { label: 'Site', fields: [{ name: 'Code__c', length: 8, externalId: true, unique: true }, { name: 'Account__c', type: 'reference', referenceTo: 'Account', childRelationshipName: 'Sites__r' }] },
    } }));
    const sandbox = await start({ schemaFile });
    const conn = await connectJsforce(sandbox);
    const fields = (await conn.describe('Account')).fields.map((f) => f.name);
    expect(fields).toContain('Segments__c');
    expect(fields).not.toContain('Fax');
    expect((await refusalOf(conn.sobject('Account').create({ Name: 'A' }))).message).toContain('[Site]');
    expect((await refusalOf(conn.sobject('Account').create({ Name: 'A', Site: 's', Segments__c: 'a;z' }))).name).toBe('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
    const account = await conn.sobject('Account').create({ Name: 'A', Site: 's', Segments__c: 'b;a' });
    const site = await conn.sobject('Site__c').upsert({ Code__c: 'X1', Name: 'HQ', Account__c: account.id as string }, 'Code__c');
    expect(site).toMatchObject({ success: true, created: true });
    const { records } = await conn.query("SELECT Name, Account__r.Name FROM Site__c WHERE Code__c = 'x1'");
    expect(records[0]).toMatchObject({ Name: 'HQ', Account__r: { Name: 'A' } });
    expect((await conn.query("SELECT Id FROM Account WHERE Segments__c INCLUDES ('a')")).totalSize).toBe(1);
  });

  it('with a fault name the file and the place', async () => {
    const bad = await file('bad.json', '{"objects": [{"name": "X__c", "fields": [{"type": "string"}]}]}');
    await expect(startSalesforceSandbox({ schemaFile: bad })).rejects.toThrow(/bad\.json: field 1 of X__c has no name/);
    await expect(startSalesforceSandbox({ schemaFile: await file('broken.json', '{') })).rejects.toThrow(/broken\.json cannot be read as JSON/);
  });
});

describe('seeds', () => {
  it('come from a CSV with API field names, of any size', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `"Company ${i}, Ltd",c${i}.example,${i},2026-01-0${1 + (i % 9)}T00:00:00Z`);
    const seedFile = await file('seed.csv', `\uFEFFName,website,NumberOfEmployees,SystemModstamp\r\n${rows.join('\r\n')}\r\n`);
    const sandbox = await start({ seedFile });
    expect(sandbox.counts().Account).toBe(5000);
    expect(sandbox.records('Account')[3]).toMatchObject({ Name: 'Company 3, Ltd', Website: 'c3.example', NumberOfEmployees: 3, SystemModstamp: '2026-01-04T00:00:00.000+0000' });
  });

  it.each([
    ['Name,Nothing\nA,1\n', /Column 'Nothing': Account has no such field/],
    ['Name,Id\nA,1\n', /Account\.Id is set by the org/],
    ['Name,NumberOfEmployees\nA,1\nB,many\n', /line 3, NumberOfEmployees/],
    ['Website\na.example\n', /line 2: REQUIRED_FIELD_MISSING/],
  ])('that cannot be used name the place: %j', async (csv, message) => {
    await expect(startSalesforceSandbox({ seedFile: await file('bad.csv', csv) })).rejects.toThrow(message);
  });

  it('can be sent, dumped and emptied while it runs', async () => {
    const sandbox = await start();
    const at = (path: string) => `${sandbox.url}/__sandbox/${path}`;
    const json = await fetch(at('records/account'), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '[{"Name":"A"}]' });
    expect(await json.json()).toMatchObject({ object: 'Account', inserted: 1 });
    const csv = await fetch(at('records/Account'), { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'Name,Site\nB,x\n' });
    expect(csv.status).toBe(201);
    const lines = (await (await fetch(at('records/Account?fields=Name,Site'))).text()).trim().split('\n');
    expect(lines.map((l) => JSON.parse(l) as unknown)).toEqual([{ Name: 'A', Site: null }, { Name: 'B', Site: 'x' }]);
    const bad = await fetch(at('records/Account'), { method: 'POST', body: '[{"Site":"x"}]' });
    expect(((await bad.json()) as { error: string }).error).toContain('REQUIRED_FIELD_MISSING');
    expect((await fetch(at('data'), { method: 'DELETE' })).status).toBe(204);
    expect(sandbox.counts()).toMatchObject({ Account: 0, User: 1, LeadStatus: 4 });
  });
});

describe('the ledger', () => {
  it('counts by operation and starts again', async () => {
    const sandbox = await start();
    const conn = await connectJsforce(sandbox);
    await conn.query('SELECT Id FROM Account');
    await conn.describe('Account');
    const get = async () => (await (await fetch(`${sandbox.url}/__sandbox/requests?full=1`)).json()) as { operations: unknown; apiCalls: number; recent: { operation: string }[] };
    expect(await get()).toMatchObject({ operations: { token: 1, query: 1, describe: 1 }, apiCalls: 2 });
    expect((await get()).recent.map((r) => r.operation)).toEqual(['token', 'query', 'describe']);
    await fetch(`${sandbox.url}/__sandbox/requests`, { method: 'DELETE' });
    expect(await get()).toMatchObject({ operations: {}, apiCalls: 0 });
  });
});

describe('JWT bearer', () => {
  it('verifies the signature and every claim', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const sandbox = await start({ jwtPublicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() });
    const good = { iss: sandbox.credentials.clientId, sub: sandbox.credentials.username, aud: 'https://login.salesforce.com', exp: Math.floor(Date.now() / 1000) + 120 };
    const ask = async (claims: Record<string, unknown>, key = privateKey) => {
      const part = (o: unknown) => Buffer.from(JSON.stringify(o)).toString('base64url');
      const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
      const assertion = `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
      const answer = await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) });
      return (await answer.json()) as { access_token?: string; error?: string; error_description?: string; instance_url?: string };
    };
    expect(await ask(good)).toMatchObject({ access_token: expect.any(String) as string, instance_url: sandbox.url });
    expect(await ask(good, other)).toEqual({ error: 'invalid_grant', error_description: 'invalid assertion' });
    expect((await ask({ ...good, aud: 'https://example.org' })).error_description).toBe('audience is invalid');
    expect((await ask({ ...good, sub: 'nobody' })).error_description).toBe("user hasn't approved this consumer");
    expect((await ask({ ...good, exp: 1 })).error_description).toBe('assertion expired');
    expect((await ask({ ...good, iss: 'nobody' })).error).toBe('invalid_client_id');
  });
});

describe('on the wire', () => {
  it('packs answers and takes packed requests', async () => {
    const sandbox = await start();
    const { accessToken } = await connectJsforce(sandbox);
    const headers = { Authorization: `Bearer ${accessToken as string}`, 'Content-Type': 'application/json' };
    const made = await fetch(`${sandbox.url}/services/data/v60.0/sobjects/Account`, { method: 'POST', headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync('{"Name":"Packed"}') });
    expect(made.status).toBe(201);
    const answer = await fetch(`${sandbox.url}/services/data/v60.0/sobjects/Account/describe`, { headers: { ...headers, 'Accept-Encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(((await answer.json()) as { name: string }).name).toBe('Account');
  });

  it('refuses bad bodies, methods, versions and a URL that is too long', async () => {
    const sandbox = await start();
    const { accessToken } = await connectJsforce(sandbox);
    const ask = async (method: string, path: string, body?: string, type = 'application/json') => {
      const answer = await fetch(sandbox.url + path, { method, body, headers: { Authorization: `Bearer ${accessToken as string}`, 'Content-Type': type } });
      return [answer.status, ((await answer.json()) as { errorCode: string }[])[0]?.errorCode];
    };
    expect(await ask('POST', '/services/data/v60.0/sobjects/Account', '{"Name":')).toEqual([400, 'JSON_PARSER_ERROR']);
    expect(await ask('POST', '/services/data/v60.0/sobjects/Account', '<a/>', 'text/xml')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(await ask('PUT', '/services/data/v60.0/sobjects/Account')).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(await ask('GET', '/services/data/v19.0/limits')).toEqual([404, 'NOT_FOUND']);
    expect(await ask('GET', '/nothing')).toEqual([404, 'NOT_FOUND']);
    expect(await ask('GET', `/services/data/v60.0/query?q=${'x'.repeat(17_000)}`)).toEqual([414, 'URI_TOO_LONG']);
    expect(await ask('GET', '/services/data/v68.0/limits')).toEqual([200, undefined]);
  });

  it('speaks TLS with a certificate that can be trusted', async () => {
    const sandbox = await start({ tls: true });
    const body = await new Promise<string>((resolve, reject) => {
      httpsRequest(`${sandbox.url}/services/data`, { ca: sandbox.tls?.cert, headers: { 'Accept-Encoding': 'gzip' } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (c: Buffer) => chunks.push(c)).on('end', () => resolve(gunzipSync(Buffer.concat(chunks)).toString()));
      }).on('error', reject).end();
    });
    expect(JSON.parse(body)).toHaveLength(49);
  });

  it('closes at once even while a request hangs', async () => {
    const sandbox = await startSalesforceSandbox({ faults: [{ kind: 'timeout-before-commit', operation: 'token', hangMs: 60_000 }] });
    const hanging = refusalOf(fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST' }));
    await sandbox.close();
    await hanging;
  });
});

describe('the command', () => {
  it('prints where it is and what it accepts, and stops on a signal', async () => {
    const seed = await file('accounts.csv', 'Name\nA\nB\n');
    const script = `import('@signalbox/sandbox').then(async (m) => process.exit(await m.runSandboxCommand(${JSON.stringify(['salesforce', '--seed', seed])})))`;
    const child = spawn(process.execPath, ['--conditions=signalbox:source', '--input-type=module', '-e', script], { cwd: import.meta.dirname, env: { PATH: process.env.PATH } });
    let output = '';
    const printed = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Stop with Ctrl-C.')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`ended with ${code ?? 'a signal'} before it was up`)));
    });
    await printed;
    const url = /sandbox at (http:\/\/\S+)/.exec(output)?.[1] ?? '';
    expect(output).toContain('signalbox-sandbox-client');
    expect(((await (await fetch(`${url}/__sandbox`)).json()) as { counts: { Account: number } }).counts.Account).toBe(2);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('refuses a wrong command line with 2', async () => {
    const spy = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await runSandboxCommand(['salesforce', '--port', 'x'])).toBe(2);
      expect(await runSandboxCommand(['pipedrive'])).toBe(2);
      expect(spy.mock.calls.flat().join('')).toContain("There is no sandbox for 'pipedrive'");
    } finally {
      spy.mockRestore();
    }
  });
});
