import { crmWriter } from '@signalbox/contracts';
import type { SignalboxError } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import { OBJECT, Stage } from './testing/index.ts';

const { ConnectionStatus } = crmWriter;
let stage: Stage;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.faults.clear();
  stage.sandbox.reset();
  stage.changed.length = 0;
});

const refresh = (connectionId: string) => stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
const failure = (work: Promise<unknown>): Promise<SignalboxError> => work.then(() => { throw new Error('expected an error'); }, (e: SignalboxError) => e);
const announced = (connectionId: string) => stage.changed.filter((m) => m.connectionId === connectionId);

describe('the mirror of the CRM', () => {
  it('takes in what changed and only that, numbers it, and announces it in order and in small messages', async () => {
    const { ids } = stage.sandbox.seed(OBJECT, Array.from({ length: 2300 }, (_, i) => ({ Name: `Seed ${i}`, Website: `s${i}.example.com`, BillingCountry: 'France' })));
    const connection = await stage.connect();
    expect(await refresh(connection.id)).toMatchObject({ created: 2300, changed: 0, removed: 0, records: 2300, sequence: 2300, state: 'idle' });
    await waitFor(() => announced(connection.id).at(-1)?.sequence === 2300);
    const messages = announced(connection.id);
    expect(Math.max(...messages.map((m) => m.records.length))).toBeLessThanOrEqual(500);
    let sequence = 0;
    for (const message of messages) expect(message.sequence).toBe((sequence += message.records.length));

    expect(await refresh(connection.id)).toMatchObject({ created: 0, changed: 0, removed: 0, sequence: 2300 });
    await change(ids[5]!, 'PATCH', { Name: 'Renamed' });
    await change(ids[6]!, 'DELETE');
    stage.sandbox.seed(OBJECT, [{ Name: 'New one' }]);
    expect(await refresh(connection.id)).toMatchObject({ created: 1, changed: 1, removed: 1, records: 2300, sequence: 2303 });
    await waitFor(() => announced(connection.id).at(-1)?.sequence === 2303);
    const news = announced(connection.id).flatMap((m) => m.records).slice(2300).map((r) => [r.name, r.deleted]).sort();
    expect(news).toEqual([['New one', false], ['Renamed', false], ['Seed 6', true]]);
    expect((await stage.client.getMirrorStatus({ connectionId: connection.id, object: OBJECT }, stage.as)).apiCalls.length).toBeGreaterThan(0);
  });

  it('finds what was deleted when everything has to be read again, and keeps what has come meanwhile', async () => {
    const { ids } = stage.sandbox.seed(OBJECT, Array.from({ length: 40 }, (_, i) => ({ Name: `Old ${i}` })));
    const connection = await stage.connect();
    await refresh(connection.id);
    const database = stage.databases.service.database;
    // The recycle bin was emptied, and the last pull is longer ago than deletions are told.
    for (const id of ids.slice(0, 3)) await change(id, 'DELETE');
    stage.sandbox.emptyRecycleBin();
    await database.execute(`update crm_writer.mirror_positions set position = jsonb_set(position::jsonb, '{toldAt}', '"2026-01-01T00:00:00.000Z"')::text where connection_id = $1`, [connection.id]);
    expect(await refresh(connection.id)).toMatchObject({ created: 0, changed: 0, removed: 3, records: 37 });
    await waitFor(() => announced(connection.id).at(-1)?.sequence === 43);
    expect(announced(connection.id).at(-1)!.records.map((r) => [r.crmId, r.deleted])).toEqual([...ids.slice(0, 3)].sort().map((id) => [id, true]));
    expect(await refresh(connection.id)).toMatchObject({ removed: 0, records: 37, sequence: 43 });
    expect(await database.query('select 1 from crm_writer.mirror_met')).toEqual([]);
  });

  it('knows how many records it has, through everything that comes and goes', async () => {
    const { ids } = stage.sandbox.seed(OBJECT, Array.from({ length: 20 }, (_, i) => ({ Name: `Count ${i}` })));
    const connection = await stage.connect();
    const counted = async () => {
      const [row] = await stage.databases.service.database.query<{ live: number; records: number }>(
        `select (select count(*) from crm_writer.mirror_records r where r.connection_id = p.connection_id and not r.deleted) as live, records from crm_writer.mirror_positions p where connection_id = $1`, [connection.id]);
      return [row?.live, row?.records];
    };
    await refresh(connection.id);
    expect(await counted()).toEqual([20, 20]);
    await change(ids[1]!, 'PATCH', { Name: 'Renamed' });
    await change(ids[2]!, 'DELETE');
    await stage.results(await stage.plan([{ companyId: 'counted', name: 'Counted' }], { connectionId: connection.id }));
    expect(await counted()).toEqual([21, 21]);
    await refresh(connection.id);
    expect(await counted()).toEqual([20, 20]);
    stage.sandbox.reset();
    await stage.databases.service.database.execute('update crm_writer.mirror_positions set fields = $2 where connection_id = $1', [connection.id, []]);
    expect(await refresh(connection.id)).toMatchObject({ records: 0, removed: 20 });
    expect(await counted()).toEqual([0, 0]);
  });

  it('takes what we created for no news when it comes back, and completes it with what the CRM filled in', async () => {
    const connection = await stage.connect();
    const { sequence: planned } = await refresh(connection.id);
    const accounts = Array.from({ length: 30 }, (_, i) => ({ companyId: `back-${i}`, name: `Back ${i}`, website: i === 0 ? '' : `back${i}.example.com`, country: 'Italy' }));
    const done = await stage.results(await stage.plan(accounts, { connectionId: connection.id, plannedAtSequence: planned }));
    const before = await stage.client.getMirrorStatus({ connectionId: connection.id, object: OBJECT }, stage.as);
    expect(before).toMatchObject({ sequence: 30, records: 30 });
    await change(done.results[7]!.crmId, 'PATCH', { Name: 'Renamed by a colleague' });
    expect(await refresh(connection.id)).toMatchObject({ sequence: 31, created: 0, changed: 1, records: 30 });
    const page = await stage.client.listCrmRecords({ connectionId: connection.id, object: OBJECT, crmIds: [done.results[3]!.crmId] }, stage.as);
    expect(page.records[0]!.fields['OwnerId']).toMatch(/^005/);
    expect(await refresh(connection.id)).toMatchObject({ sequence: 31, changed: 0 });
  });

  it('CLC-9 tells with each account when it was made, of its newest activity and who owns it, also of one that we made', async () => {
    stage.sandbox.seed(OBJECT, [{ Name: 'Known', CreatedDate: '2024-03-01T08:00:00.000+0000', LastActivityDate: '2026-11-20' }, { Name: 'No activity' }]);
    const connection = await stage.connect();
    const { sequence: planned } = await refresh(connection.id);
    const told = (name: string) => announced(connection.id).flatMap((m) => m.records).findLast((r) => r.name === name);
    await waitFor(() => told('No activity'));
    expect(told('Known')).toMatchObject({ createdAt: new Date('2024-03-01T08:00:00Z'), lastActivityAt: new Date('2026-11-20T00:00:00Z'), ownerId: expect.stringMatching(/^005/) });
    expect(told('No activity')).toMatchObject({ createdAt: expect.any(Date), lastActivityAt: undefined });
    await stage.results(await stage.plan([{ companyId: 'made', name: 'Made by us' }], { connectionId: connection.id, plannedAtSequence: planned }));
    await waitFor(() => told('Made by us'));
    expect(told('Made by us')).toMatchObject({ createdAt: undefined, ownerId: '' });
    // It comes back with what the CRM filled in: no news, and told once.
    expect(await refresh(connection.id)).toMatchObject({ sequence: 3, created: 0, changed: 0 });
    await waitFor(() => told('Made by us')?.createdAt);
    expect(announced(connection.id).at(-1)).toMatchObject({ sequence: 3, records: [{ ownerId: expect.stringMatching(/^005/) }] });
    await refresh(connection.id);
    expect(announced(connection.id).flatMap((m) => m.records).filter((r) => r.name === 'Made by us')).toHaveLength(2);
  });

  it('tells every record once more of which an older version of the product told less, as it is now', async () => {
    stage.sandbox.seed(OBJECT, Array.from({ length: 1_100 }, (_, i) => ({ Name: `Seed ${i}` })));
    const connection = await stage.connect();
    await refresh(connection.id);
    await waitFor(() => announced(connection.id).at(-1)?.sequence === 1_100);
    stage.changed.length = 0;
    // As the version before has left it.
    await stage.databases.service.database.execute('update crm_writer.mirror_positions set told = 0 where connection_id = $1', [connection.id]);
    expect(await refresh(connection.id)).toMatchObject({ sequence: 1_100, created: 0, changed: 0 });
    const again = () => announced(connection.id).flatMap((m) => m.records);
    await waitFor(() => again().length === 1_100);
    expect(again().every((r) => r.createdAt && r.ownerId !== '')).toBe(true);
    expect(new Set(announced(connection.id).map((m) => m.sequence))).toEqual(new Set([1_100]));
    expect(await refresh(connection.id)).toMatchObject({ sequence: 1_100 });
    expect(again()).toHaveLength(1_100);
  });

  it('tells every record once more to who asks for that, in the order of later changes, and to nobody else', async () => {
    const ids = stage.sandbox.seed(OBJECT, Array.from({ length: 600 }, (_, i) => ({ Name: `Seed ${i}` }))).ids;
    const connection = await stage.connect();
    await refresh(connection.id);
    await waitFor(() => announced(connection.id).at(-1)?.sequence === 600);
    stage.changed.length = 0;
    await change(ids[0]!, 'PATCH', { Name: 'Renamed' });
    // Two at once: what one of them is past, the other does.
    const asked = { connectionId: connection.id, object: OBJECT, tellAgain: true };
    await Promise.all([refresh(connection.id), stage.client.refreshMirror(asked, stage.as), refresh(connection.id)]);
    const again = () => announced(connection.id).flatMap((m) => m.records);
    await waitFor(() => again().length >= 601);
    expect(new Set(again().map((r) => r.crmId)).size).toBe(600);
    expect(again().findLast((r) => r.crmId === ids[0])!.name).toBe('Renamed');
    const sequences = announced(connection.id).map((m) => m.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(await refresh(connection.id)).toMatchObject({ sequence: 601 });
    expect(again()).toHaveLength(601);
  });

  it('keeps a mirror that was asked for once up to date by itself, while its connection is healthy', async () => {
    const connection = await stage.connect();
    await refresh(connection.id);
    await stage.stopService();
    await stage.start({ SIGNALBOX_CRM_PULL_EVERY_MS: '1000' });
    stage.sandbox.seed(OBJECT, [{ Name: 'Comes by itself' }]);
    await waitFor(() => announced(connection.id).flatMap((m) => m.records).some((r) => r.name === 'Comes by itself'), { timeoutMs: 20_000 });
    await stage.stopService();
    await stage.start();
  });

  it('gives two callers one pull', async () => {
    stage.sandbox.seed(OBJECT, [{ Name: 'A' }]);
    const connection = await stage.connect();
    stage.sandbox.resetRequests();
    const [a, b] = await Promise.all([refresh(connection.id), refresh(connection.id)]);
    expect(a).toEqual(b);
    expect(stage.sandbox.requests().operations['queryAll']).toBe(1);
  });

  it('keeps what it has when a pull breaks off, says what happened, and goes on from there', async () => {
    stage.sandbox.seed(OBJECT, Array.from({ length: 4500 }, (_, i) => ({ Name: `Seed ${i}` })));
    const connection = await stage.connect();
    stage.sandbox.faults.set({ kind: 'forbidden', operation: 'queryMore' });
    expect(await failure(refresh(connection.id))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('permission set') });
    const status = await stage.client.getMirrorStatus({ connectionId: connection.id, object: OBJECT }, stage.as);
    expect(status).toMatchObject({ state: 'failed', records: 2000, message: expect.stringContaining('permission set') });
    stage.sandbox.faults.clear();
    expect(await refresh(connection.id)).toMatchObject({ state: 'idle', records: 4500, sequence: 4500 });
    expect((await stage.client.getConnection({ id: connection.id }, stage.as)).status).toBe(ConnectionStatus.HEALTHY);
  });

  it('lists records page by page', async () => {
    stage.sandbox.seed(OBJECT, Array.from({ length: 25 }, (_, i) => ({ Name: `Seed ${i}` })));
    const connection = await stage.connect();
    await refresh(connection.id);
    const names: string[] = [];
    let cursor = '';
    do {
      const page = await stage.client.listCrmRecords({ connectionId: connection.id, object: OBJECT, page: { limit: 10, cursor } }, stage.as);
      names.push(...page.records.map((r) => r.name));
      cursor = page.page!.nextCursor;
    } while (cursor);
    expect(new Set(names).size).toBe(25);
    expect(await failure(stage.client.listCrmRecords({ connectionId: connection.id, object: OBJECT, page: { cursor: 'nonsense' } }, stage.as))).toMatchObject({ field: 'page.cursor' });
  });
});

describe('connections', () => {
  it('are tested when they are made, and say what is wrong and where to mend it', async () => {
    const wrong = await stage.connect({ secrets: { client_secret: 'wrong' } });
    expect(wrong).toMatchObject({ status: ConnectionStatus.UNHEALTHY, statusMessage: expect.stringContaining('External Client App Manager') });
    const mended = await stage.client.updateConnection({ id: wrong.id, secrets: { client_secret: stage.sandbox.credentials.clientSecret } }, stage.as);
    expect(mended).toMatchObject({ status: ConnectionStatus.HEALTHY, statusMessage: '', name: wrong.name });
    expect(mended.apiCallsAllowed).toBeGreaterThan(0);
  });

  it('refuse what cannot work, by field, before anything is stored', async () => {
    const before = (await stage.client.listConnections({}, stage.as)).connections.length;
    expect(await failure(stage.connect({ baseUrl: 'https://169.254.169.254' }))).toMatchObject({ kind: 'Invalid', field: 'base_url' });
    expect(await failure(stage.connect({ settings: {} }))).toMatchObject({ kind: 'Invalid', field: 'settings.client_id' });
    expect(await failure(stage.connect({ provider: 'fax' }))).toMatchObject({ kind: 'Invalid', field: 'provider' });
    expect(await failure(stage.connect({ name: ' ' }))).toMatchObject({ kind: 'Invalid', field: 'name' });
    expect((await stage.client.listConnections({}, stage.as)).connections).toHaveLength(before);
  });

  it('keep their secrets: encrypted at rest, in no answer, and for no other address', async () => {
    const secret = 'a-very-secret-secret-value';
    const connection = await stage.connect({ secrets: { client_secret: secret } });
    expect(JSON.stringify(connection)).not.toContain(secret);
    const rows = await stage.databases.service.database.query<{ row: string }>('select connections::text as row, encode(secrets, \'escape\') as bytes from crm_writer.connections');
    expect(JSON.stringify(rows)).not.toContain(secret);
    const moved = stage.client.updateConnection({ id: connection.id, baseUrl: 'http://127.0.0.1:9' }, stage.as);
    expect(await failure(moved)).toMatchObject({ kind: 'Invalid', code: 'crm_writer.connection.secrets_needed' });
  });

  it('are not changed over somebody else\'s change: the second of two who changed the same version is told what to do', async () => {
    const { id, version } = await stage.connect();
    expect(version).toBe(1);
    const both = await Promise.allSettled(['By Ada', 'By Bob'].map((name) => stage.client.updateConnection({ id, name: `${name} ${id}`, version }, stage.as)));
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected']);
    const [loser] = both.filter((b) => b.status === 'rejected');
    expect(loser!.reason).toMatchObject({ kind: 'Conflict', code: 'crm_writer.connection.version', field: 'version', publicMessage: expect.stringContaining('at version 2, not 1. Load it again and repeat your change.') });
    await stage.client.testConnection({ id }, stage.as);
    // What the service notes by itself, as after a test, is nobody's change.
    expect(await stage.client.updateConnection({ id, name: `Later ${id}`, version: 2 }, stage.as)).toMatchObject({ name: `Later ${id}`, version: 3 });
  });

  it('are known to their workspace alone', async () => {
    const connection = await stage.connect();
    const stranger = { workspaceId: 'another' };
    expect(await failure(stage.client.getConnection({ id: connection.id }, stranger))).toMatchObject({ kind: 'NotFound' });
    expect(await failure(stage.client.refreshMirror({ connectionId: connection.id, object: OBJECT }, stranger))).toMatchObject({ kind: 'NotFound' });
    expect((await stage.client.listConnections({}, stranger)).connections).toEqual([]);
    await stage.client.deleteConnection({ id: connection.id }, stranger);
    expect((await stage.client.getConnection({ id: connection.id }, stage.as)).id).toBe(connection.id);
    await stage.client.deleteConnection({ id: connection.id }, stage.as);
    expect(await failure(stage.client.getConnection({ id: connection.id }, stage.as))).toMatchObject({ kind: 'NotFound' });
  });

  it('describe an object, and list the providers with what their forms need', async () => {
    const connection = await stage.connect();
    const { fields } = await stage.client.describeObject({ connectionId: connection.id, object: OBJECT }, stage.as);
    expect(fields.find((f) => f.name === 'Name')).toMatchObject({ createable: true, required: true, length: 255 });
    expect(await failure(stage.client.describeObject({ connectionId: connection.id, object: 'Nonsense' }, stage.as))).toMatchObject({ kind: 'Invalid', field: 'object' });
    const { providers } = await stage.client.listProviders({}, stage.as);
    expect(providers.find((p) => p.name === 'salesforce')!.authKinds.map((k) => k.name)).toEqual(['client_credentials', 'jwt_bearer']);
    expect(await failure(stage.connect({ name: connection.name }))).toMatchObject({ kind: 'Conflict', field: 'name' });
  });
});

async function change(id: string, method: 'PATCH' | 'DELETE', body?: Record<string, string>): Promise<void> {
  const { clientId, clientSecret } = stage.sandbox.credentials;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const token = (await (await fetch(`${stage.sandbox.url}/services/oauth2/token`, { method: 'POST', body: form })).json()) as { access_token: string };
  await fetch(`${stage.sandbox.url}/services/data/v62.0/sobjects/Account/${id}`, {
    method, headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body),
  });
}
