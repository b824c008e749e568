import { waitFor } from '@signalbox/testing';
import { ADMIN, runGateway, type RunningGateway } from '../../testing/running-gateway.ts';

describe('who may use Signalbox', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runGateway();
  });
  afterAll(() => gateway.stop());

  it('asks for the first run once, signs the administrator in, and is closed for ever after', async () => {
    expect((await gateway.call('GET', '/api/v1/setup')).body).toEqual({ needed: true });
    const weak = await gateway.call('POST', '/api/v1/setup', { ...ADMIN, password: 'short', timeZone: 'Mars/Olympus', email: 'nobody', extra: 1 });
    expect(weak.status).toBe(400);
    expect(weak.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(weak.body.problems.map((p: { field: string }) => p.field).sort()).toEqual(['body', 'email', 'password', 'timeZone']);
    const both = await Promise.all([gateway.setUp(), gateway.setUp()]);
    expect(both.map((a) => a.status).sort()).toEqual([201, 409]);
    const made = both.find((a) => a.status === 201)!;
    expect(made.body).toMatchObject({ kind: 'session', email: ADMIN.email, workspace: { name: 'Acme', timeZone: 'Europe/Berlin' } });
    expect(made.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(made.headers.get('set-cookie')).toMatch(/SameSite=Strict/);
    gateway.cookie = made.headers.get('set-cookie')!.split(';')[0]!;
    expect((await gateway.call('GET', '/api/v1/setup')).body).toEqual({ needed: false });
    expect(await gateway.call('POST', '/api/v1/setup', ADMIN)).toMatchObject({ status: 409, body: { code: 'gateway.setup.closed' } });
  });

  it('keeps neither the password nor the session, only their hashes', async () => {
    const secret = decodeURIComponent(gateway.cookie.split('=')[1]!);
    const rows = await gateway.query<{ all: string }>('select u.password_hash || encode(s.hash, \'escape\') as all from gateway.users u, gateway.sessions s');
    expect(rows[0]!.all).toMatch(/^scrypt\$/);
    for (const row of rows) expect(row.all).not.toContain(secret);
  });

  it('signs in with the right password only, and out again', async () => {
    const wrong = await gateway.call('POST', '/api/v1/session', { email: ADMIN.email, password: 'not the password' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'gateway.session.refused' } });
    const right = await gateway.call('POST', '/api/v1/session', { email: ADMIN.email.toUpperCase(), password: ADMIN.password });
    expect(right.status).toBe(201);
    const cookie = right.headers.get('set-cookie')!.split(';')[0]!;
    expect((await gateway.call('GET', '/api/v1/session', undefined, { cookie })).body).toMatchObject({ subject: expect.stringMatching(/^user:/), permissions: expect.arrayContaining(['segments_read', 'workspace_admin']) });
    expect((await gateway.call('DELETE', '/api/v1/session', undefined, { cookie })).status).toBe(204);
    expect(await gateway.call('GET', '/api/v1/session', undefined, { cookie })).toMatchObject({ status: 401, body: { code: 'gateway.session.none' } });
  });

  it('a session ends at its time', async () => {
    const { headers } = await gateway.call('POST', '/api/v1/session', { email: ADMIN.email, password: ADMIN.password });
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    await gateway.query('update gateway.sessions set expires_at = now() - interval \'1 second\' where created_at = (select max(created_at) from gateway.sessions)');
    expect((await gateway.call('GET', '/api/v1/workspace', undefined, { cookie })).status).toBe(401);
  });

  it('slows somebody down who guesses passwords, even when the right one comes at last', async () => {
    const guess = (password: string, email = ADMIN.email) => gateway.call('POST', '/api/v1/session', { email, password });
    for (let i = 0; i < 8; i += 1) expect((await guess(`guess ${i}`)).status).toBe(401);
    const stopped = await guess(ADMIN.password);
    expect(stopped).toMatchObject({ status: 429, body: { code: 'gateway.session.throttled', retryAfterMs: expect.any(Number) } });
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await guess('guess', 'somebody@example.com')).status).toBe(401);
    await gateway.query('update gateway.sign_in_failures set window_ends_at = now()');
    expect((await guess(ADMIN.password)).status).toBe(201);
  });

  it('takes changes with the cookie from its own pages only', async () => {
    const patch = (headers: Record<string, string>) => gateway.call('PATCH', '/api/v1/workspace', { name: 'Acme 2' }, headers);
    expect(await patch({ origin: 'https://evil.example' })).toMatchObject({ status: 403, body: { code: 'gateway.origin.foreign' } });
    expect((await patch({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await patch({ origin: 'null' })).status).toBe(403);
    const bare = await fetch(`${gateway.url}/api/v1/workspace`, { method: 'PATCH', headers: { cookie: gateway.cookie, 'content-type': 'application/json' }, body: '{"name":"x"}' });
    expect(bare.status).toBe(403);
    expect((await gateway.call('POST', '/api/v1/session', { email: ADMIN.email, password: ADMIN.password }, { origin: 'https://evil.example' })).status).toBe(403);
    expect(await patch({})).toMatchObject({ status: 200, body: { name: 'Acme 2', timeZone: 'Europe/Berlin' } });
  });

  it('makes an API token that is shown once, carries its own permissions, and ends when it is revoked', async () => {
    const made = await gateway.call('POST', '/api/v1/tokens', { name: 'reader', permissions: ['workspace_read'] });
    expect(made).toMatchObject({ status: 201, body: { name: 'reader', permissions: ['workspace_read'], token: expect.stringMatching(/^sbx_[\w-]{64}$/), lastUsedAt: null } });
    const { id, token } = made.body;
    const authorization = `Bearer ${token}`;
    expect((await gateway.call('GET', '/api/v1/workspace', undefined, { authorization })).body.name).toBe('Acme 2');
    expect(await gateway.call('PATCH', '/api/v1/workspace', { name: 'x' }, { authorization })).toMatchObject({ status: 403, body: { code: 'auth.permission_missing', detail: expect.stringContaining('WORKSPACE_ADMIN') } });
    expect(await gateway.call('POST', '/api/v1/tokens', { name: 'more', permissions: ['workspace_read'] }, { authorization })).toMatchObject({ status: 403 });
    const listed = await waitFor(async () => (await gateway.call('GET', '/api/v1/tokens')).body.items.find((t: { id: string; lastUsedAt: string | null }) => t.id === id && t.lastUsedAt));
    expect(JSON.stringify(listed)).not.toContain(token);
    const stored = await gateway.query<{ row: string }>('select row_to_json(t)::text as row from gateway.api_tokens t');
    expect(stored.map((s) => s.row).join()).not.toContain(token);
    expect((await gateway.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    expect(await gateway.call('GET', '/api/v1/workspace', undefined, { authorization })).toMatchObject({ status: 401, body: { code: 'auth.token_invalid' } });
    expect((await gateway.call('DELETE', '/api/v1/tokens/none')).status).toBe(404);
  });

  it('lets nobody hand on a permission that they lack, or one that is not there', async () => {
    const admin = await gateway.call('POST', '/api/v1/tokens', { name: 'admin', permissions: ['workspace_admin'] });
    const authorization = `Bearer ${admin.body.token}`;
    expect(await gateway.call('POST', '/api/v1/tokens', { name: 'x', permissions: ['segments_read'] }, { authorization })).toMatchObject({ status: 403, body: { code: 'gateway.token.permission_exceeds', field: 'permissions.0' } });
    expect(await gateway.call('POST', '/api/v1/tokens', { name: 'x', permissions: ['internal'] })).toMatchObject({ status: 400, body: { field: 'permissions.0' } });
    expect((await gateway.call('POST', '/api/v1/tokens', { name: 'x', permissions: ['workspace_read'], expiresAt: '2020-01-01T00:00:00Z' })).body).toMatchObject({ code: 'gateway.token.expiry_past', field: 'expiresAt' });
  });

  it.each([[{ name: 'x' }, 'Is missing'], [{ name: 'x', permissions: [] }, 'Name at least one permission']])('makes no token that is not told what it may do: %j', async (body, said) => {
    const tokens = () => gateway.query('select id from gateway.api_tokens');
    const before = await tokens();
    expect(await gateway.call('POST', '/api/v1/tokens', body)).toMatchObject({ status: 400, body: { field: 'permissions', detail: expect.stringContaining(said) } });
    expect(await tokens()).toEqual(before);
  });

  it('has the default package licensed, and lets an administrator change it', async () => {
    expect((await gateway.call('GET', '/api/v1/entitlements')).body.items).toEqual([{ name: 'orchestrations', licensed: true }]);
    expect((await gateway.call('PUT', '/api/v1/entitlements/orchestrations', { licensed: false })).body.items).toEqual([{ name: 'orchestrations', licensed: false }]);
    expect(await gateway.call('PUT', '/api/v1/entitlements/Or chestra', { licensed: true })).toMatchObject({ status: 400, body: { code: 'gateway.entitlement.name' } });
  });
});
