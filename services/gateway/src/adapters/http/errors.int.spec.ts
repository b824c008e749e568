import { runGateway, type RunningGateway } from '../../testing/running-gateway.ts';

describe('what the API answers when something is wrong', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runGateway({ SIGNALBOX_MAX_BODY_BYTES: '4096' });
    await gateway.setUp();
  });
  afterAll(() => gateway.stop());
  const patch = (body: string, headers: Record<string, string> = {}) => gateway.call('PATCH', '/api/v1/workspace', body, headers);

  it('names the place where a body stops being JSON', async () => {
    expect(await patch('{"name": "Acme",\n "timeZone": nope}')).toMatchObject({ status: 400, body: { code: 'gateway.body.not_json', detail: expect.stringContaining('line 2, column 15') } });
    expect((await patch('{"name"')).body.detail).toContain('position 7');
    expect((await patch('x')).body.detail).toContain('line 1, column 1');
  });

  it('refuses a body that is too large, not JSON, not UTF-8, or holds a NUL, each with its own words', async () => {
    expect(await patch(JSON.stringify({ name: 'x'.repeat(5000) }))).toMatchObject({ status: 413, body: { code: 'gateway.body.too_large', detail: expect.stringContaining('4096') } });
    expect(await patch('name=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 415 });
    expect(await patch('{"name":"a\\u0000b"}')).toMatchObject({ status: 400, body: { code: 'gateway.body.nul', field: 'name' } });
    const latin = await fetch(`${gateway.url}/api/v1/workspace`, { method: 'PATCH', headers: { cookie: gateway.cookie, origin: gateway.url, 'content-type': 'application/json' }, body: Buffer.from('{"name":"M\xfcller"}', 'latin1') });
    expect(await latin.json()).toMatchObject({ status: 400, code: 'gateway.body.not_utf8' });
    expect((await patch(`${'['.repeat(1500)}${']'.repeat(1500)}`)).body.code).toBe('gateway.body.too_deep');
  });

  it('names every field that is wrong, in bodies and in query parameters', async () => {
    const rule = { group: { operator: 'some', children: [{ field: { field: 'country', operator: 'equals', values: [1] } }, {}] } };
    const { status, body } = await gateway.call('POST', '/api/v1/segments', { name: ' ', kind: 'dynamic', rule });
    expect(status).toBe(400);
    expect(body.problems.map((p: { field: string }) => p.field)).toEqual(['name', 'rule.group.operator', 'rule.group.children.0.field.values.0', 'rule.group.children.1']);
    expect((await gateway.call('GET', '/api/v1/segments?limit=0&page=2')).body.problems.map((p: { field: string }) => p.field).sort()).toEqual(['limit', 'query']);
    expect((await gateway.call('PUT', '/api/v1/nightly-sync', { timeOfDay: '25:00', timeZone: 'Berlin' })).body.problems).toHaveLength(2);
    expect((await gateway.call('GET', '/api/v1/tokens?cursor=nonsense')).body).toMatchObject({ status: 400, field: 'cursor' });
  });

  it('answers an unknown address with a problem that points to the description', async () => {
    const unknown = await gateway.call('GET', '/api/v1/nothing');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'gateway.route.not_found', detail: expect.stringContaining('/api/docs') } });
    expect(unknown.headers.get('content-type')).toMatch(/problem\+json/);
    expect((await gateway.call('GET', '/api/v1/segments/%E0%A4%A')).status).toBe(400);
  });

  it('says when a part of Signalbox is not there, and when to come back', async () => {
    const answer = await gateway.call('GET', '/api/v1/segments');
    expect(answer).toMatchObject({ status: 503, body: { code: expect.stringMatching(/^grpc\./), retryAfterMs: 500 } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(answer.body)).not.toContain('127.0.0.1:1');
  });

  it('gives each answer the id of its trace, the caller’s own when it sent one', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await gateway.call('GET', '/api/v1/nothing', undefined, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(answer.body.traceId).toBe(traceId);
    expect((await gateway.call('GET', '/api/v1/setup')).headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('counts and times what it answers', async () => {
    await gateway.call('GET', '/api/v1/setup');
    const { body } = await gateway.call('GET', '/metrics');
    expect(body).toMatch(/signalbox_gateway_http_duration_seconds_count\{[^}]*route="\/api\/v1\/setup"[^}]*status="200"[^}]*\} \d+/);
  });
});
