import { randomBytes } from 'node:crypto';
import type { SignalboxError } from '@signalbox/kernel';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { PgConnections } from './adapters/postgres/connections.ts';
import { migrations, SCHEMA } from './adapters/postgres/migrations.ts';
import { SecretBox } from './adapters/postgres/secret-box.ts';
import { rotateSecrets } from './rotate-secrets.ts';

let test: TestDatabase;
beforeAll(async () => { test = await testDatabase({ schema: SCHEMA, migrations }); });
afterAll(() => test.close());
beforeEach(() => test.database.execute('delete from connections'));

const WORKSPACES = ['w-1', 'w-2'];
const storeWith = (...keys: Uint8Array[]) => new PgConnections(test.database, new SecretBox(keys[0]!, keys.slice(1)));
const connection = (workspaceId: string, n: number) => ({
  workspaceId, id: `c-${n}`, name: `CRM ${n}`, provider: 'salesforce', baseUrl: 'https://example.my.salesforce.com', authKind: 'client_credentials', settings: {}, environment: 'production',
  status: 'healthy' as const, statusMessage: '', checkedAt: null, createdAt: new Date(), updatedAt: new Date(), version: 1, apiCallsUsed: 0, apiCallsAllowed: 0, apiCallsSeenAt: null, dailyCalls: 0,
});
const sealed = () => test.database.query<{ id: string; secrets: Buffer; key: string; version: number }>(`select workspace_id || '/' || id as id, secrets, secrets_key_id as key, version from connections order by 1`);
const rotate = (secretsKey: Buffer, ...previousSecretsKeys: Buffer[]) => {
  const said: string[] = [];
  return rotateSecrets({ databaseUrl: test.url, secretsKey, previousSecretsKeys }, (line) => said.push(line)).then(() => said);
};

async function fill(key: Uint8Array): Promise<void> {
  const store = storeWith(key);
  for (const workspaceId of WORKSPACES) for (let n = 0; n < 60; n += 1) await store.add(connection(workspaceId, n), { client_secret: `secret of ${workspaceId} ${n}` });
}

async function expectReadable(key: Uint8Array): Promise<void> {
  const store = storeWith(key);
  for (const workspaceId of WORKSPACES) for (let n = 0; n < 60; n += 1) expect(await store.secretsOf(workspaceId, `c-${n}`)).toEqual({ client_secret: `secret of ${workspaceId} ${n}` });
}

describe('a new key for the credentials of connections', () => {
  it('opens all of them with the new key alone, and nothing with the old, and no secret stands in the table', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    await fill(old);
    expect(await rotate(next, old)).toEqual(['100 connections so far', 'Credentials encrypted with the present key: 120 connections.']);
    await expectReadable(next);
    await expect(storeWith(old).secretsOf('w-1', 'c-0')).rejects.toMatchObject({ code: 'secrets.unreadable' });
    const rows = await sealed();
    expect(rows.every((row) => row.key === new SecretBox(next).keyId && row.version === 1 && !row.secrets.toString('latin1').includes('secret of'))).toBe(true);
    // A second time there is nothing to do, and nothing is touched.
    expect(await rotate(next, old)).toEqual(['Credentials encrypted with the present key: 0 connections.']);
    expect(await sealed()).toEqual(rows);
  });

  it('is read with both keys until it is done, and goes on where it was broken off', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    await fill(old);
    await storeWith(next).change({ ...connection('w-1', 7), version: 1 }, { client_secret: 'entered again' });
    const both = storeWith(next, old);
    expect(await both.secretsOf('w-1', 'c-7')).toEqual({ client_secret: 'entered again' });
    expect(await both.secretsOf('w-2', 'c-7')).toEqual({ client_secret: 'secret of w-2 7' });
    expect((await rotate(next, old)).at(-1)).toContain('119 connections');
    expect(await storeWith(next).secretsOf('w-1', 'c-7')).toEqual({ client_secret: 'entered again' });
  });

  it('does all that it can, and names those that no key opens', async () => {
    const [forgotten, old, next] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    await storeWith(forgotten).add(connection('w-2', 1), { client_secret: 'lost' });
    await storeWith(old).add(connection('w-2', 2), { client_secret: 'kept' });
    const error = await rotate(next, old).then(() => undefined, (e: SignalboxError) => e);
    expect(error).toMatchObject({ code: 'secrets.unreadable', publicMessage: expect.stringContaining(`'CRM 1' of the workspace w-2 (key ${new SecretBox(forgotten).keyId})`) });
    expect(await storeWith(next).secretsOf('w-2', 'c-2')).toEqual({ client_secret: 'kept' });
    expect((await rotate(next, forgotten)).at(-1)).toContain('1 connection.');
    expect(await storeWith(next).secretsOf('w-2', 'c-1')).toEqual({ client_secret: 'lost' });
  });
});
