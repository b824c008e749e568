import type { ConnectInput, ConnectorSession } from '@signalbox/connectors-sdk';
import { closedPort, errorOf, itExplainsBadAnswers, testParts, withServer, type BadAnswer } from '@signalbox/connectors-sdk/testing';
import { startHubspotSandbox, type HubspotFaultInput, type HubspotSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';

let sandbox: HubspotSandbox;
const open: ConnectorSession[] = [];

beforeAll(async () => { sandbox = await startHubspotSandbox({ burstLimit: 10_000 }); });
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  sandbox.reset();
  for (const session of open.splice(0)) session.close();
});

function connect(change: Partial<ConnectInput> = {}): ConnectorSession {
  const session = connector.connect({ baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken }, parts: testParts(), ...change });
  open.push(session);
  return session;
}

function connectOauth(change: { settings?: Record<string, string>; secrets?: Record<string, string> } = {}): ConnectorSession {
  const { clientId, clientSecret, refreshToken } = sandbox.credentials;
  return connect({ authKind: 'oauth', settings: { client_id: clientId, ...change.settings }, secrets: { client_secret: clientSecret, refresh_token: refreshToken, ...change.secrets } });
}

const host = () => new URL(sandbox.url).host;

describe('each bad answer of HubSpot (401, 403, 423, 429, 500, HTML, nothing) is an error that names the place and the remedy', () => {
  const own: BadAnswer<HubspotFaultInput>[] = [
    ['403 without a scope', { kind: 'forbidden', scopes: ['crm.objects.companies.read'] }, { kind: 'Forbidden', code: 'hubspot.permission_missing', remedy: /crm\.objects\.companies\.read.*Service keys/ }],
    ['429 for today', { kind: 'limit-exceeded' }, { kind: 'Retryable', code: 'hubspot.daily_limit', remedy: /today.*midnight/ }],
    ['429 for now', { kind: 'rate-limited' }, { kind: 'Retryable', code: 'hubspot.too_many_requests', remedy: /after a pause/ }],
    ['423', { kind: 'unavailable', status: 423 }, { kind: 'Retryable', code: 'hubspot.busy', remedy: /locked/ }],
    ['477', { kind: 'unavailable', status: 477 }, { kind: 'Retryable', code: 'hubspot.busy', remedy: /moving/ }],
    ['500', { kind: 'server-error' }, { kind: 'Retryable', code: 'hubspot.server_error', remedy: /status\.hubspot\.com/ }],
    ['503', { kind: 'unavailable' }, { kind: 'Retryable', code: 'hubspot.server_error', remedy: /status\.hubspot\.com/ }],
    ['a web page', { kind: 'html' }, { kind: 'Invalid', code: 'hubspot.web_page', remedy: /https:\/\/api\.hubapi\.com/ }],
  ];
  itExplainsBadAnswers({ code: 'hubspot', connect, host, trouble: (fault) => sandbox.faults.set(fault) }, own);

  it('the ten seconds of a rolling limit are sat out', async () => {
    sandbox.faults.set({ kind: 'rate-limited', times: 1 });
    const parts = testParts();
    await connect({ parts }).test();
    expect(parts.waits).toContain(10_000);
  });

  it('nothing listens there, and there is no such host', async () => {
    const port = await closedPort();
    expect(await errorOf(connect({ baseUrl: `http://127.0.0.1:${port}` }).test())).toMatchObject({ kind: 'Retryable', code: 'hubspot.unreachable', publicMessage: expect.stringContaining(`127.0.0.1:${port}`) });
    expect(await errorOf(connect({ baseUrl: 'https://api.hubapi.invalid' }).test())).toMatchObject({ kind: 'Retryable', code: 'hubspot.host_unknown' });
  });

  it('a redirect to another host is not followed, with the token on board', async () => {
    const seen: string[] = [];
    await withServer((request, response) => { seen.push(String(request.headers.authorization)); response.end('{}'); }, async (elsewhere) => {
      const error = await withServer((_request, response) => { response.writeHead(302, { location: `${elsewhere}/x` }).end(); }, (baseUrl) => errorOf(connect({ baseUrl }).test()));
      expect(error).toMatchObject({ kind: 'Invalid', code: 'hubspot.redirected', field: 'base_url', publicMessage: expect.stringContaining(new URL(elsewhere).host) });
    });
    expect(seen).toEqual([]);
  });

  it('something else than HubSpot answers', async () => {
    const [account, oauth] = await withServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world"}'); }, async (baseUrl) => [
      await errorOf(connect({ baseUrl }).test()),
      await errorOf(connect({ baseUrl, authKind: 'oauth', settings: { client_id: 'c' }, secrets: { client_secret: 's', refresh_token: 'r' } }).test()),
    ]);
    expect(account).toMatchObject({ kind: 'Fatal', code: 'hubspot.answer_not_understood', publicMessage: expect.stringContaining('https://api.hubapi.com') });
    expect(oauth).toMatchObject({ kind: 'Fatal', code: 'hubspot.answer_not_understood' });
  });

  it('a write that is refused for the moment has done nothing; one that failed on the way is unknown', async () => {
    const row = { changeId: 'c', crmId: '', externalKey: 'k', values: { name: 'A' } };
    const write = async () => {
      const outcomes = [];
      for await (const some of connect().write({ object: 'Account', operation: 'create', rows: [row], externalIdField: 'signalbox_id' })) outcomes.push(...some);
      return outcomes;
    };
    const writes = ['batch.upsert'];
    for (const status of [423, 477]) {
      sandbox.faults.set({ kind: 'unavailable', status, operation: writes });
      expect(await errorOf(write())).toMatchObject({ kind: 'Retryable' });
    }
    for (const fault of [{ kind: 'server-error' }, { kind: 'unavailable', status: 502 }, { kind: 'truncated-answer' }, { kind: 'html' }] as const) {
      sandbox.faults.set({ ...fault, operation: writes });
      expect(await write()).toMatchObject([{ kind: 'unknown' }]);
    }
    expect(sandbox.counts()['companies']).toBe(1);
  });
});

describe('signing in', () => {
  it('a token that is refused is named, and not tried again and again', async () => {
    const session = connect({ secrets: { access_token: 'wrong' } });
    sandbox.resetRequests();
    expect(await errorOf(session.test())).toMatchObject({ kind: 'AuthExpired', code: 'hubspot.token_refused', field: 'secrets.access_token', publicMessage: expect.stringContaining('Service keys') });
    expect(sandbox.requests().statuses).toEqual({ 401: 1 });
  });

  it('names the setting of the OAuth app that is wrong', async () => {
    expect(await errorOf(connectOauth({ settings: { client_id: 'x' } }).test())).toMatchObject({ kind: 'AuthExpired', field: 'settings.client_id' });
    expect(await errorOf(connectOauth({ secrets: { client_secret: 'x' } }).test())).toMatchObject({ kind: 'AuthExpired', field: 'secrets.client_secret' });
    expect(await errorOf(connectOauth({ secrets: { refresh_token: 'x' } }).test())).toMatchObject({ kind: 'AuthExpired', field: 'secrets.refresh_token', publicMessage: expect.stringContaining('install the app again') });
  });

  it('renews an OAuth token before it ends, and once for many calls at the same time', async () => {
    const parts = testParts();
    const session = connect({ parts, authKind: 'oauth', settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: sandbox.credentials.clientSecret, refresh_token: sandbox.credentials.refreshToken } });
    sandbox.resetRequests();
    await Promise.all(Array.from({ length: 5 }, () => session.describe('Account')));
    expect(sandbox.requests().operations['token']).toBe(1);
    parts.pass(29 * 60_000 + 1);
    await session.describe('Account');
    expect(sandbox.requests().operations['token']).toBe(2);
    expect(sandbox.requests().statuses['401']).toBeUndefined();
  });

  it('speaks TLS with an authority that is named, and refuses one that is not', async () => {
    const secure = await startHubspotSandbox({ tls: true });
    expect(await errorOf(connect({ baseUrl: secure.url }).test())).toMatchObject({ kind: 'Invalid', code: 'hubspot.tls_refused', publicMessage: expect.stringContaining(`127.0.0.1:${secure.port}`) });
    expect(await connect({ baseUrl: secure.url, settings: { ca_certificate: secure.tls!.cert } }).test()).toMatchObject({ account: String(secure.portalId) });
    await secure.close();
  });

  it('checks settings at once, all of them, before anything is sent', () => {
    expect(() => connect({ authKind: 'oauth', settings: {}, secrets: { password: 'x' } })).toThrow(/Client id is missing.*Client secret is missing.*Refresh token is missing.*'password' is not a setting/s);
    expect(() => connect({ authKind: 'api_key' })).toThrow(/access_token, oauth/);
    expect(() => connect({ settings: { api_version: 'v1' } })).toThrow(/2026-03/);
    expect(() => connect({ settings: { api_reserve_percent: 'all' } })).toThrow(/0 to 90/);
    expect(() => connect({ baseUrl: 'http://api.hubapi.com' })).toThrow(/https/);
    expect(() => connect({ baseUrl: 'https://169.254.169.254' })).toThrow(/metadata/);
  });

  it('logs nothing, and puts no secret into an error', async () => {
    const logged: unknown[] = [];
    const note = (...given: unknown[]) => { logged.push(given); };
    const parts = { ...testParts(), logger: { info: note, warn: note } };
    const secrets = ['super-secret-token', 'super-secret-client', 'super-secret-refresh'];
    const errors = [
      await errorOf(connect({ parts, secrets: { access_token: secrets[0]! } }).test()),
      await errorOf(connect({ parts, authKind: 'oauth', settings: { client_id: sandbox.credentials.clientId }, secrets: { client_secret: secrets[1]!, refresh_token: secrets[2]! } }).test()),
    ];
    const told = JSON.stringify([logged, errors.map((e) => [e.message, e.publicMessage, e.detail, String(e.cause), (e.cause as Error).stack])]);
    for (const secret of secrets) expect(told).not.toContain(secret);
  });
});
