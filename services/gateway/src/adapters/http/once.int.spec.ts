import { runGateway, type RunningGateway } from '../../testing/running-gateway.ts';

describe('a request with an Idempotency-Key', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runGateway();
    await gateway.setUp();
  });
  afterAll(() => gateway.stop());
  const post = (name: string, key: string, headers: Record<string, string> = {}) => gateway.call('POST', '/api/v1/tokens', { name, permissions: ['workspace_admin'] }, { 'idempotency-key': key, ...headers });
  const named = async (name: string) => (await gateway.query<{ n: number }>('select count(*) as n from gateway.api_tokens where name = $1', [name]))[0]!.n;

  it('is done once and answered the same, even with many at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('once', 'k1')));
    expect(await named('once')).toBe(1);
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
    const again = await post('once', 'k1');
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(answers.find((a) => a.status === 201)!.body);
    expect((await post('once', 'another key')).body.id).not.toBe(again.body.id);
  });

  it('is refused with another body or at another address', async () => {
    await post('first', 'k2');
    expect(await post('second', 'k2')).toMatchObject({ status: 422, body: { code: 'gateway.idempotency.key_reused' } });
    expect(await gateway.call('POST', '/api/v1/segments', { name: 'first' }, { 'idempotency-key': 'k2' })).toMatchObject({ status: 422 });
    expect(await named('second')).toBe(0);
  });

  it('may be sent again after an error, which is not kept', async () => {
    expect((await gateway.call('POST', '/api/v1/tokens', { name: '', permissions: ['workspace_admin'] }, { 'idempotency-key': 'k3' })).status).toBe(400);
    expect((await post('third', 'k3')).status).toBe(201);
    expect((await gateway.call('POST', '/api/v1/segments', { name: 'S', kind: 'static' }, { 'idempotency-key': 'k4' })).status).toBe(503);
    expect((await gateway.call('POST', '/api/v1/segments', { name: 'S', kind: 'static' }, { 'idempotency-key': 'k4' })).status).toBe(503);
  });

  it('of an upload is free again when the upload could not begin', async () => {
    const upload = (type: string) => gateway.call('POST', '/api/v1/companies/imports', 'id,name', { 'idempotency-key': 'k8', 'content-type': type });
    expect((await upload('image/png')).status).toBe(415);
    expect((await upload('multipart/form-data')).body.code).toBe('gateway.upload.form_broken');
    expect((await upload('text/csv')).status).toBe(503);
    expect((await upload('text/csv')).status).toBe(503);
  });

  it('belongs to its caller', async () => {
    const mine = await post('mine', 'k5');
    const authorization = `Bearer ${mine.body.token}`;
    const theirs = await post('mine', 'k5', { authorization });
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('waits for the first while it is under way, and says so when the first ended without an answer', async () => {
    const first = await post('fourth', 'k6');
    await gateway.query(`update gateway.idempotency_keys set state = 'running', alive_until = now() + interval '1 minute' where sealed_answer is not null and created_at = (select max(created_at) from gateway.idempotency_keys)`);
    const waiting = await post('fourth', 'k6');
    expect(waiting).toMatchObject({ status: 409, body: { code: 'gateway.idempotency.in_flight', retryAfterMs: 1000 } });
    await gateway.query('update gateway.idempotency_keys set alive_until = now() where state = \'running\'');
    expect(await post('fourth', 'k6')).toMatchObject({ status: 409, body: { code: 'gateway.idempotency.outcome_unknown' } });
    expect(first.status).toBe(201);
    expect(await named('fourth')).toBe(1);
  });

  it('keeps no token in the clear', async () => {
    const made = await post('sealed', 'k7');
    const rows = await gateway.query<{ text: string }>('select encode(sealed_answer, \'escape\') as text from gateway.idempotency_keys where sealed_answer is not null');
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      expect(row.text).not.toContain(made.body.token);
      expect(row.text).not.toContain('"sealed"');
    }
    expect((await post('sealed', 'k7')).body.token).toBe(made.body.token);
  });
});
