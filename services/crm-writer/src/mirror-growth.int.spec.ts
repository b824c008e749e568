import type { RemoteRecord } from '@signalbox/connectors-sdk';
import { Outbox } from '@signalbox/platform-messaging';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { PgMirror } from './adapters/postgres/mirror.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';

const KEY = { workspaceId: 'w', connectionId: 'c', object: 'Account' };
const COUNT = 16_000;
/** Half a minute when the mirror is joined as a whole; well under one second by key. */
const MOST_MS = 8_000;
const MODIFIED = new Date('2026-11-01T00:00:00Z');

const records = (country: string): RemoteRecord[] => Array.from({ length: COUNT }, (_, i) => {
  const name = `Company ${i}`;
  return { id: `001${String(i).padStart(12, '0')}`, deleted: false, name, website: `c${i}.example.com`, country, fields: { Name: name }, modifiedAt: MODIFIED };
});

let test: TestDatabase;
let mirror: PgMirror;
beforeAll(async () => {
  test = await testDatabase({ migrations, schema: SCHEMA });
  await test.database.execute(`insert into connections (workspace_id, id, name, provider, base_url, auth_kind, settings, secrets, secrets_key_id, environment, status, created_at, updated_at)
    values ($1, $2, 'CRM', 'salesforce', 'https://crm.example', 'client_credentials', '{}', '', '', 'production', 'healthy', now(), now())`, [KEY.workspaceId, KEY.connectionId]);
  mirror = new PgMirror(test.database, new Outbox());
});
afterAll(() => test?.close());

describe('a mirror that has just grown, of which the database has no statistics', () => {
  it('takes everything in again in seconds, and finds it unchanged', async () => {
    expect(await mirror.takePage(KEY, { records: records('Germany'), position: 'one' })).toMatchObject({ created: COUNT, sequence: COUNT });
    const begun = performance.now();
    expect(await mirror.takePage(KEY, { records: records('Germany'), position: 'two' })).toEqual({ created: 0, changed: 0, removed: 0, sequence: 0 });
    expect(performance.now() - begun).toBeLessThan(MOST_MS);
  });

  it('takes changes of everything in seconds', async () => {
    const begun = performance.now();
    expect(await mirror.takePage(KEY, { records: records('France'), position: 'three' })).toMatchObject({ created: 0, changed: COUNT, sequence: 2 * COUNT });
    expect(performance.now() - begun).toBeLessThan(MOST_MS);
  });

  it('looks at no record when a pull ends that has not read everything', async () => {
    await test.database.transaction(async (tx) => {
      // Whoever looks waits for ever.
      await tx.execute('lock table mirror_records in access exclusive mode');
      expect(await mirror.sweep(KEY, MODIFIED)).toBe(0);
    });
  });
});
