import type { ConnectInput, ConnectorSession } from '@signalbox/connectors-sdk';
import { closedPort, errorOf, itExplainsBadAnswers, testParts, withServer, type BadAnswer } from '@signalbox/connectors-sdk/testing';
import { startSalesforceSandbox, type FaultInput, type SalesforceSandbox } from '@signalbox/sandbox';
import { connector } from './index.ts';

let sandbox: SalesforceSandbox;
const open: ConnectorSession[] = [];

beforeAll(async () => { sandbox = await startSalesforceSandbox(); });
afterAll(() => sandbox.close());
afterEach(() => {
  sandbox.faults.clear();
  for (const session of open.splice(0)) session.close();
});

function connect(change: Partial<ConnectInput> = {}): ConnectorSession {
  const { clientId, clientSecret } = sandbox.credentials;
  const session = connector.connect({
    baseUrl: sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret }, parts: testParts(), ...change,
  });
  open.push(session);
  return session;
}

const host = () => new URL(sandbox.url).host;

describe('each bad answer of the CRM (401, 403, 429, 500, HTML, nothing) is an error that names the place and the remedy', () => {
  const own: BadAnswer<FaultInput>[] = [
    ['401, again and again', { kind: 'session-expired' }, { kind: 'AuthExpired', code: 'salesforce.session_refused', remedy: /Setup.*policies/ }],
    ['403 without a permission', { kind: 'forbidden' }, { kind: 'Forbidden', code: 'salesforce.permission_missing', remedy: /permission set/ }],
    ['403 with the API switched off', { kind: 'api-disabled' }, { kind: 'Forbidden', code: 'salesforce.api_disabled', remedy: /'API Enabled'/ }],
    ['403 with no calls left', { kind: 'limit-exceeded' }, { kind: 'Retryable', code: 'salesforce.daily_limit', remedy: /System Overview/ }],
    ['429', { kind: 'rate-limited', retryAfterSeconds: 40 }, { kind: 'Retryable', code: 'salesforce.too_many_requests', remedy: /after a pause/ }],
    ['500', { kind: 'server-error' }, { kind: 'Retryable', code: 'salesforce.server_error', remedy: /status\.salesforce\.com/ }],
    ['503', { kind: 'unavailable', retryAfterSeconds: 20 }, { kind: 'Retryable', code: 'salesforce.unavailable', remedy: /status\.salesforce\.com/ }],
    ['a web page', { kind: 'html' }, { kind: 'Invalid', code: 'salesforce.web_page', remedy: /My Domain/ }],
  ];
  itExplainsBadAnswers({ code: 'salesforce', connect, host, trouble: (fault) => sandbox.faults.set(fault) }, own);

  it('nothing listens there', async () => {
    const port = await closedPort();
    const error = await errorOf(connect({ baseUrl: `http://127.0.0.1:${port}` }).test());
    expect(error).toMatchObject({ kind: 'Retryable', code: 'salesforce.unreachable', publicMessage: expect.stringContaining(`127.0.0.1:${port}`) });
  });

  it('there is no such host', async () => {
    const error = await errorOf(connect({ baseUrl: 'https://no-such-org.invalid' }).test());
    expect(error).toMatchObject({ kind: 'Retryable', code: 'salesforce.host_unknown', publicMessage: expect.stringContaining('no-such-org.invalid') });
  });

  it('a redirect to another host is not followed', async () => {
    const error = await withServer((_request, response) => { response.writeHead(302, { location: 'https://elsewhere.example.com/x' }).end(); }, (baseUrl) => errorOf(connect({ baseUrl }).test()));
    expect(error).toMatchObject({ kind: 'Invalid', code: 'salesforce.redirected', field: 'base_url', publicMessage: expect.stringContaining('elsewhere.example.com') });
  });

  it('something else than Salesforce answers the sign-in', async () => {
    const error = await withServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world"}'); }, (baseUrl) => errorOf(connect({ baseUrl }).test()));
    expect(error).toMatchObject({ kind: 'Fatal', code: 'salesforce.answer_not_understood', publicMessage: expect.stringContaining('My Domain') });
  });

  it('an instance at a forbidden address is not used', async () => {
    const token = JSON.stringify({ access_token: 't', instance_url: 'http://169.254.169.254', id: 'https://x/id/00D/005' });
    const error = await withServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(token); }, (baseUrl) => errorOf(connect({ baseUrl }).test()));
    expect(error).toMatchObject({ kind: 'Invalid', code: 'connector.base_url_invalid' });
  });
});

describe('signing in', () => {
  it('names the secret when it is wrong, and the client id when it is', async () => {
    expect(await errorOf(connect({ secrets: { client_secret: 'wrong' } }).test())).toMatchObject({ kind: 'AuthExpired', field: 'secrets.client_secret', publicMessage: expect.stringContaining('External Client App Manager') });
    expect(await errorOf(connect({ settings: { client_id: 'unknown' } }).test())).toMatchObject({ kind: 'AuthExpired', field: expect.stringMatching(/client_id|client_secret/) });
  });

  it('says what else the CRM may have against it', async () => {
    sandbox.faults.set({ kind: 'sign-in-refused', error: 'invalid_grant', description: "user hasn't approved this consumer" });
    expect(await errorOf(connect().test())).toMatchObject({ code: 'salesforce.user_not_authorised', field: 'settings.username' });
    sandbox.faults.set({ kind: 'sign-in-refused', error: 'unsupported_grant_type' });
    expect(await errorOf(connect().test())).toMatchObject({ code: 'salesforce.flow_disabled' });
  });

  it('a private key that is none is named before anything is sent', async () => {
    const session = connect({ authKind: 'jwt_bearer', settings: { client_id: 'c', username: 'u@example.com' }, secrets: { private_key: 'not a key' } });
    expect(await errorOf(session.test())).toMatchObject({ kind: 'Invalid', field: 'secrets.private_key' });
  });

  it('signs in with a JWT that carries the client, the user and the audience', async () => {
    const { privateKey, publicKey } = (await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const strict = await startSalesforceSandbox({ jwtPublicKey: publicKey });
    const settings = { client_id: strict.credentials.clientId, username: strict.credentials.username };
    expect(await connect({ baseUrl: strict.url, authKind: 'jwt_bearer', settings, secrets: { private_key: privateKey } }).test()).toMatchObject({ account: strict.organizationId });
    await strict.close();
  });

  it('speaks TLS with an authority that is named, and refuses one that is not', async () => {
    const secure = await startSalesforceSandbox({ tls: true });
    const { clientId } = secure.credentials;
    expect(await errorOf(connect({ baseUrl: secure.url }).test())).toMatchObject({ kind: 'Invalid', code: 'salesforce.tls_refused', publicMessage: expect.stringContaining(`127.0.0.1:${secure.port}`) });
    expect(await connect({ baseUrl: secure.url, settings: { client_id: clientId, ca_certificate: secure.tls!.cert } }).test()).toMatchObject({ account: secure.organizationId });
    await secure.close();
  });

  it('checks settings at once, all of them, before anything is sent', () => {
    expect(() => connect({ settings: {}, secrets: { password: 'x' } })).toThrow(/Client id is missing.*Client secret is missing.*'password' is not a setting/s);
    expect(() => connect({ authKind: 'carrier pigeon' })).toThrow(/client_credentials, jwt_bearer/);
    expect(() => connect({ settings: { client_id: 'c', api_version: '12' } })).toThrow(/52\.0 or newer/);
    expect(() => connect({ baseUrl: 'http://example.com' })).toThrow(/https/);
  });
});

describe('the allowance', () => {
  it('stops before it is gone, says how much is kept, and looks again later', async () => {
    const parts = testParts();
    const session = connect({ parts, settings: { client_id: sandbox.credentials.clientId, api_reserve_percent: '10' } });
    sandbox.settings({ apiLimit: 1000, apiUsage: 890 });
    await session.describe('Account');
    expect(session.usage()).toMatchObject({ used: 891, allowed: 1000 });
    sandbox.settings({ apiUsage: 950 });
    await session.describe('Account');
    expect(await errorOf(session.describe('Account'))).toMatchObject({ kind: 'Retryable', code: 'connector.allowance_reserved', publicMessage: expect.stringContaining('951 of the 1000') });
    sandbox.settings({ apiUsage: 10 });
    parts.pass(5 * 60_000);
    await session.describe('Account');
    expect(session.usage()).toMatchObject({ used: 11 });
    sandbox.settings({ apiLimit: 100_000 });
  });
});
