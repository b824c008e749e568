import { Database } from '@signalbox/platform-postgres';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { Access1795392000000 } from './migrations/1795392000000-access.ts';
import { migrations } from './migrations.ts';

let test: TestDatabase;
beforeAll(async () => { test = await testDatabase({ schema: 'gateway', migrations: [Access1795392000000] }); });
afterAll(() => test.close());

it('who administers a workspace may look after its parked messages after an upgrade; nobody else gains anything', async () => {
  const { database } = test;
  await database.query(`insert into workspaces (workspace_id, name, time_zone, created_at) values ('w', 'Acme', 'UTC', now())`);
  const add = (id: string, permissions: string[]) =>
    database.query(`insert into users (workspace_id, id, email, password_hash, permissions, created_at) values ('w', $1, $1 || '@example.com', 'x', $2, now())`, [id, permissions]);
  await add('ada', ['SEGMENTS_READ', 'WORKSPACE_ADMIN']);
  await add('bob', ['SEGMENTS_READ']);
  const upgraded = await Database.open({ url: test.url, schema: 'gateway', migrations });
  expect(await upgraded.migrate()).toHaveLength(migrations.length - 1);
  const users = await upgraded.query<{ id: string; permissions: string[] }>('select id, permissions from users order by id');
  await upgraded.close();
  expect(users).toEqual([{ id: 'ada', permissions: ['SEGMENTS_READ', 'WORKSPACE_ADMIN', 'OPERATIONS_READ', 'OPERATIONS_WRITE'] }, { id: 'bob', permissions: ['SEGMENTS_READ'] }]);
});
