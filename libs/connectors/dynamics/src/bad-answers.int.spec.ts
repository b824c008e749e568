import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectInput, ConnectorSession } from '@signalbox/connectors-sdk';
import { closedPort, errorOf, itExplainsBadAnswers, testParts, withServer, type BadAnswer } from '@signalbox/connectors-sdk/testing';
import { startDynamicsSandbox, type DynamicsFault, type DynamicsSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';
import { inputFor } from './testing/dynamics-harness.ts';

let sandbox: DynamicsSandbox;
const open: ConnectorSession[] = [];

beforeAll(async () => { sandbox = await startDynamicsSandbox(); });
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  sandbox.settings({ requestLimit: 6000 });
  sandbox.reset();
  for (const session of open.splice(0)) session.close();
});

interface Change extends Partial<Omit<ConnectInput, 'settings' | 'secrets'>> {
  settings?: Record<string, string>;
  secrets?: Record<string, string>;
}

function connect({ settings, secrets, ...change }: Change = {}, of = sandbox): ConnectorSession {
  const input = inputFor(of);
  const session = connector.connect({ ...input, parts: testParts(), ...change, settings: { ...input.settings, ...settings }, secrets: { ...input.secrets, ...secrets } });
  open.push(session);
  return session;
}

const host = () => new URL(sandbox.url).host;

describe('each bad answer of the CRM (401, 403, 429, 500, HTML, nothing) is an error that names the place and the remedy', () => {
  const own: BadAnswer<DynamicsFault>[] = [
    ['401, again and again', { kind: 'session-expired' }, { kind: 'AuthExpired', code: 'dynamics.session_refused', remedy: /Conditional Access/ }],
    ['403 of a user without rights', { kind: 'forbidden' }, { kind: 'Forbidden', code: 'dynamics.permission_missing', remedy: /prvCreateAccount.*security role/s }],
    ['403 of an application that is no user', { kind: 'not-a-member' }, { kind: 'Forbidden', code: 'dynamics.not_a_member', remedy: /Application users > New app user/ }],
    ['429 for too many requests', { kind: 'rate-limited', retryAfterSeconds: 40 }, { kind: 'Retryable', code: 'dynamics.too_many_requests', remedy: /too many requests in five minutes.*after a pause/ }],
    ['429 for too much at once', { kind: 'rate-limited', limit: 'concurrency' }, { kind: 'Retryable', code: 'dynamics.too_many_requests', remedy: /at once/ }],
    ['429 for hours', { kind: 'limit-exceeded', retryAfterSeconds: 7200 }, { kind: 'Retryable', code: 'dynamics.daily_limit', remedy: /120 minutes.*licences/ }],
    ['500', { kind: 'server-error' }, { kind: 'Retryable', code: 'dynamics.server_error', remedy: /Service health/ }],
    ['503', { kind: 'unavailable', retryAfterSeconds: 20 }, { kind: 'Retryable', code: 'dynamics.unavailable', remedy: /Service health/ }],
    ['a web page', { kind: 'html' }, { kind: 'Invalid', code: 'dynamics.web_page', remedy: /your-org\.crm4\.dynamics\.com/ }],
  ];
  itExplainsBadAnswers({ code: 'dynamics', connect, host, trouble: (fault) => sandbox.faults.set(fault) }, own);

  it('nothing listens there, or there is no such host', async () => {
    const baseUrl = `http://127.0.0.1:${await closedPort()}`;
    expect(await errorOf(connect({ baseUrl, settings: { authority: baseUrl } }).test())).toMatchObject({ kind: 'Retryable', code: 'dynamics.unreachable', publicMessage: expect.stringContaining(new URL(baseUrl).host) });
    expect(await errorOf(connect({ settings: { authority: 'https://no-such-cloud.invalid' } }).test())).toMatchObject({ kind: 'Retryable', code: 'dynamics.host_unknown', publicMessage: expect.stringContaining('no-such-cloud.invalid') });
  });

  it('a redirect to another host is not followed, at the sign-in or after it', async () => {
    const away = withServer((_request, response) => { response.writeHead(302, { location: 'https://elsewhere.example.com/x' }).end(); }, (authority) => errorOf(connect({ settings: { authority } }).test()));
    expect(await away).toMatchObject({ kind: 'Invalid', code: 'dynamics.redirected', field: 'base_url', publicMessage: expect.stringContaining('elsewhere.example.com') });
  });

  it('a link to another host is not followed, so that the token goes nowhere else', async () => {
    let asked = 0;
    await withServer((_request, response) => {
      asked += 1;
      response.end('{}');
    }, async (elsewhere) => {
      const position = JSON.stringify({ link: `${elsewhere}/api/data/v9.2/accounts?$deltatoken=1`, at: new Date().toISOString() });
      const read = async () => { for await (const page of connect().pull('Account', { fields: ['name'], position })) void page; };
      expect(await errorOf(read())).toMatchObject({ kind: 'Fatal', code: 'dynamics.link_elsewhere', publicMessage: expect.stringContaining(new URL(elsewhere).host) });
    });
    expect(asked).toBe(0);
  });

  it('a table whose changes are not tracked cannot be followed, and it says where that is switched on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dynamics-untracked-'));
    const schemaFile = join(folder, 'schema.json');
    writeFileSync(schemaFile, '{"entities":{"account":{"changeTracking":false}}}');
    const untracked = await startDynamicsSandbox({ schemaFile });
    const read = async () => { for await (const page of connect({}, untracked).pull('Account', { fields: ['name'] })) void page; };
    expect(await errorOf(read())).toMatchObject({ kind: 'Invalid', code: 'dynamics.change_tracking_off', publicMessage: expect.stringContaining('Track changes') });
    await untracked.close();
    rmSync(folder, { recursive: true });
  });

  it('something else than Entra ID answers the sign-in', async () => {
    const error = await withServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world","access_token":7}'); }, (authority) => errorOf(connect({ settings: { authority } }).test()));
    expect(error).toMatchObject({ kind: 'Fatal', code: 'dynamics.answer_not_understood' });
    expect(JSON.stringify(error)).not.toContain('access_token');
  });
});

describe('signing in', () => {
  it.each<[string, Change, string, string]>([
    ['the secret', { secrets: { client_secret: 'pa55phrase' } }, 'dynamics.client_secret_wrong', 'secrets.client_secret'],
    ['the client id', { settings: { client_id: 'unknown' } }, 'dynamics.client_id_unknown', 'settings.client_id'],
    ['the tenant', { settings: { tenant_id: 'nobody.example' } }, 'dynamics.tenant_unknown', 'settings.tenant_id'],
  ])('names %s when it is wrong, and where the right one stands', async (_what, change, code, field) => {
    const error = await errorOf(connect(change).test());
    expect(error).toMatchObject({ kind: 'AuthExpired', code, field, publicMessage: expect.stringMatching(/Entra admin center.*AADSTS/s) });
    expect(error.publicMessage).not.toContain('pa55phrase');
  });

  it('says when the secret has expired, and when the environment belongs to another tenant', async () => {
    sandbox.faults.set({ kind: 'sign-in-refused', code: 7000222, description: 'The provided client secret keys are expired.' });
    expect(await errorOf(connect().test())).toMatchObject({ code: 'dynamics.client_secret_expired' });
    sandbox.faults.clear();
    const other = await startDynamicsSandbox();
    expect(await errorOf(connect({ baseUrl: other.url }).test())).toMatchObject({ code: 'dynamics.environment_unknown', field: 'base_url' });
    await other.close();
  });

  it('speaks TLS with an authority that is named, and refuses one that is not', async () => {
    const secure = await startDynamicsSandbox({ tls: true });
    expect(await errorOf(connect({}, secure).test())).toMatchObject({ kind: 'Invalid', code: 'dynamics.tls_refused', publicMessage: expect.stringContaining(`127.0.0.1:${secure.port}`) });
    expect(await connect({ settings: { ca_certificate: secure.tls!.cert } }, secure).test()).toMatchObject({ account: secure.organizationId });
    await secure.close();
  });

  it('checks settings at once, all of them, before anything is sent', () => {
    const parts = testParts();
    expect(() => connector.connect({ ...inputFor(sandbox), parts, settings: {}, secrets: { password: 'x' } })).toThrow(/Tenant id is missing.*Client id is missing.*Client secret is missing.*'password' is not a setting/s);
    expect(() => connect({ settings: { tenant_id: '../common' } })).toThrow(/is not a tenant/);
    expect(() => connect({ settings: { authority: 'http://login.example.com' } })).toThrow(/https/);
    expect(() => connect({ settings: { api_version: '8.0' } })).toThrow(/9\.2/);
    expect(() => connect({ baseUrl: 'https://169.254.169.254' })).toThrow(/metadata/);
  });
});

describe('the allowance', () => {
  it('stops before it is gone, says how much is kept, and looks again later', async () => {
    const parts = testParts();
    const session = connect({ parts, settings: { api_reserve_percent: '10' } });
    sandbox.settings({ requestLimit: 602 });
    await session.describe('Account');
    expect(session.usage()).toMatchObject({ used: 5399, allowed: 6000 });
    await session.describe('Account');
    expect(await errorOf(session.describe('Account'))).toMatchObject({ kind: 'Retryable', code: 'connector.allowance_reserved', publicMessage: expect.stringContaining('5400 of the 6000') });
    sandbox.settings({ requestLimit: 6000 });
    parts.pass(5 * 60_000);
    await session.describe('Account');
    expect(session.usage()).toMatchObject({ used: 3 });
  });
});

describe('values', () => {
  const write = async (values: Record<string, string | null>) => {
    const outcomes = [];
    for await (const some of connect().write({ object: 'Account', operation: 'create', externalIdField: 'signalbox_id', rows: [{ changeId: 'c', crmId: '', externalKey: 'k', values: { name: 'A', ...values } }] })) outcomes.push(...some);
    return outcomes;
  };

  it('are written as what the column is: numbers, choices by label, lookups by id', async () => {
    const { ids } = sandbox.seed('account', [{ name: 'Parent' }]);
    expect(await write({ numberofemployees: '12', revenue: '1e6', donotemail: 'yes', industrycode: 'consulting', parentaccountid: ids[0]!, ownerid: `systemuser:${sandbox.userId}`, fax: null })).toMatchObject([{ kind: 'written' }]);
    expect(sandbox.records('account')[1]).toMatchObject({ numberofemployees: 12, revenue: 1_000_000, donotemail: true, industrycode: 7, parentaccountid: ids[0], ownerid: sandbox.userId });
    const [found] = await connect().lookup('Account', { field: 'name', values: ['A'], fields: ['industrycode', 'parentaccountid', 'numberofemployees', 'fax'] });
    expect(found!.fields).toEqual({ industrycode: 'Consulting', parentaccountid: ids[0], numberofemployees: '12' });
  });

  it.each([
    [{ numberofemployees: 'many' }, /not a number.*Number of Employees/], [{ numberofemployees: '1.5' }, /whole number/], [{ donotemail: 'perhaps' }, /neither true nor false/], [{ industrycode: 'Piracy' }, /not a choice of Industry.*Accounting/],
    [{ parentaccountid: 'Parent' }, /id of a row that Parent Account/], [{ ownerid: 'contact:00000000-0000-0000-0000-000000000001' }, /of systemuser/],
  ])('%j cannot be, and fails by name before anything is sent', async (values, message) => {
    expect(await write(values as Record<string, string>)).toMatchObject([{ kind: 'failed', code: 'value_not_readable', message: expect.stringMatching(message) }]);
    expect(sandbox.counts()['account']).toBe(0);
  });

  it('a lookup to a row that has gone fails by itself, with the reason', async () => {
    expect(await write({ parentaccountid: '00000000-0000-0000-0000-000000000001' })).toMatchObject([{ kind: 'failed', message: expect.stringContaining('Does Not Exist') }]);
  });
});
