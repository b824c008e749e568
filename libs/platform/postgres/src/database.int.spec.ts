import { conflict } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database, isUniqueViolation, jsonb } from './index.ts';
import { testDatabase, type TestDatabase } from './testing/index.ts';

class CreateThings1767225600000 implements MigrationInterface {
  name = 'CreateThings1767225600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table thing (workspace_id text not null, id bigint not null, name text, data jsonb, bytes bytea, day date,
      primary key (workspace_id, id))`);
    await runner.query('create extension if not exists pg_trgm schema public');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table thing');
  }
}

describe('the database of a service', () => {
  let test: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    test = await testDatabase({ migrations: [CreateThings1767225600000], schema: 'things' });
    db = test.database;
  });
  afterAll(() => test.close());
  beforeEach(() => db.query('truncate thing'));

  const insert = (tx: Pick<Database, 'query'>, id: number, name = 'a') =>
    tx.query<{ id: number }>('insert into thing (workspace_id, id, name) values ($1, $2, $3) returning id', ['w', id, name]);
  const ids = async () => (await db.query<{ id: number }>('select id from thing order by id')).map((row) => row.id);

  it('lives in its own schema and gives back what was stored', async () => {
    const data = { list: [1, 'zwei', null], text: 'tab\there' };
    const bytes = new Uint8Array([0, 1, 254]);
    await db.query('insert into thing values ($1, $2, $3, $4, $5, $6)', ['w', 7, 'n', jsonb(data), bytes, '2026-11-22']);
    expect(await db.query("select array[1, null, 9007199254740993]::bigint[] as list, '{}'::bigint[] as none")).toEqual([{ list: [1, null, '9007199254740993'], none: [] }]);
    const [row] = await db.query('select *, count(*) over () as n from things.thing');
    expect(row).toEqual({ workspace_id: 'w', id: 7, name: 'n', data, bytes: Buffer.from(bytes), day: '2026-11-22', n: 1 });
  });

  it('gives the rows of an update with returning, and the number of rows touched', async () => {
    expect(await insert(db, 1)).toEqual([{ id: 1 }]);
    expect(await db.query('update thing set name = $1 returning name', ['b'])).toEqual([{ name: 'b' }]);
    expect(await db.execute('delete from thing')).toBe(1);
  });

  it('commits a transaction as a whole and rolls it back as a whole', async () => {
    await db.transaction(async (tx) => { await insert(tx, 1); await insert(tx, 2); });
    const refused = conflict('test.refused', 'No.');
    await expect(db.transaction(async (tx) => { await insert(tx, 3); throw refused; })).rejects.toBe(refused);
    expect(await ids()).toEqual([1, 2]);
  });

  it('does not report success when a failed statement was swallowed', async () => {
    const work = db.transaction(async (tx) => {
      await insert(tx, 1);
      await insert(tx, 1).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ kind: 'Conflict', code: 'database.rolled_back' });
    expect(await ids()).toEqual([]);
  });

  it('runs a transaction again after a deadlock', async () => {
    await insert(db, 1);
    await insert(db, 2);
    let runs = 0;
    let firstTaken = 0;
    let bothBegun = () => undefined as void;
    const begun = new Promise<void>((resolve) => { bothBegun = resolve; });
    const inOrder = (first: number, second: number) => db.transaction(async (tx) => {
      runs += 1;
      await tx.query('update thing set name = name || $2 where id = $1', [first, 'x']);
      firstTaken += 1;
      if (firstTaken === 2) bothBegun();
      await begun;
      await tx.query('update thing set name = name || $2 where id = $1', [second, 'x']);
    });
    await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await db.query('select name from thing')).toEqual([{ name: 'axx' }, { name: 'axx' }]);
  });

  it('names a duplicate as a conflict, a value that does not fit as invalid', async () => {
    await insert(db, 1);
    const error = await insert(db, 1).catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'Conflict' });
    expect(isUniqueViolation(error, 'thing_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
    await expect(insert(db, 2, 'NUL \0 byte')).rejects.toMatchObject({ kind: 'Invalid', code: 'database.value_refused' });
    await expect(db.query('select * from nowhere')).rejects.toMatchObject({ kind: 'Fatal' });
  });

  it('calls an unreachable database retryable', async () => {
    const open = Database.open({ url: 'postgres://a:b@127.0.0.1:1/x', schema: 's' });
    await expect(open).rejects.toMatchObject({ kind: 'Retryable', code: 'database.unavailable' });
  });

  it('refuses a schema name that would need quoting', async () => {
    await expect(Database.open({ url: test.url, schema: 'a"b' })).rejects.toMatchObject({ kind: 'Invalid', field: 'schema' });
  });

  it('survives a connection that is cut in the middle of a transaction', async () => {
    const cut = db.transaction(async (tx) => {
      const [{ pid }] = (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')) as [{ pid: number }];
      await db.query('select pg_terminate_backend($1)', [pid]);
      await insert(tx, 9);
    });
    await expect(cut).rejects.toMatchObject({ kind: 'Retryable' });
    await insert(db, 1);
    expect(await ids()).toEqual([1]);
  });

  it('survives all its connections being cut again and again, with queries and transactions waiting for one', async () => {
    const busy = await Database.open({ url: test.url, schema: 'things', applicationName: 'busy', poolSize: 4 });
    let done = false;
    let answered = 0;
    const asking = Array.from({ length: 16 }, async (_, lane) => {
      while (!done) {
        const asked = lane % 2 ? busy.query('select pg_sleep(0.001)') : busy.transaction((tx) => tx.query('select pg_sleep(0.001)'));
        await asked.then(() => { answered += 1; }, (error: { kind: string }) => expect(error.kind).toBe('Retryable'));
      }
    });
    for (let cuts = 0; cuts < 60; cuts += 1) {
      const before = answered;
      await waitFor(() => answered > before + 8);
      await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'busy'`);
    }
    done = true;
    await Promise.all(asking);
    await busy.close();
  });

  it('copies rows in, awkward characters and bytes included, and streams them out', async () => {
    const awkward = 'back\\slash\ttab\nline \\N \r end "ü" 😀';
    function* rows() {
      for (let id = 0; id < 2500; id += 1) yield ['w', id, awkward, { id }, new Uint8Array([id % 256]), null];
    }
    expect(await db.copyFrom('copy thing from stdin', rows())).toBe(2500);
    let seen = 0;
    for await (const row of db.stream<{ id: number; name: string; data: unknown; bytes: Buffer }>('select * from thing where id >= $1 order by id', [500], 300)) {
      expect(row).toMatchObject({ id: 500 + seen, name: awkward, data: { id: 500 + seen }, bytes: Buffer.from([(500 + seen) % 256]) });
      seen += 1;
    }
    expect(seen).toBe(2000);
    for await (const row of db.stream('select * from thing')) { expect(row).toBeDefined(); break; }
    expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('rolls a copy back when a row does not fit', async () => {
    const copy = db.copyFrom('copy thing (workspace_id, id) from stdin', [['w', 1], ['w', 'not a number']]);
    await expect(copy).rejects.toMatchObject({ kind: 'Invalid' });
    expect(await ids()).toEqual([]);
  });

  it('hears notifications, and goes on hearing them after its connection was cut', async () => {
    const heard: (string | undefined)[] = [];
    const stop = await db.listen('things-changed', (payload) => heard.push(payload));
    await db.query('select pg_notify($1, $2)', ['things-changed', 'one']);
    await waitFor(() => heard.includes('one'));
    await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'spec:own' and datname = current_database()`);
    await waitFor(async () => {
      await db.query('select pg_notify($1, $2)', ['things-changed', 'two']);
      return heard.includes('two');
    });
    expect(heard.filter((payload) => payload === undefined).length).toBeGreaterThanOrEqual(1);
    await stop();
  });

  it('lets only one hold an advisory lock, and tells the holder when it is lost', async () => {
    const order: string[] = [];
    await db.advisoryLock('k', async (lock) => {
      expect(await db.tryAdvisoryLock('k', async () => 'never')).toBeUndefined();
      expect(await db.tryAdvisoryLock('other', async () => 'free')).toEqual({ result: 'free' });
      const waiting = db.advisoryLock('k', async () => { order.push('second'); });
      await db.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`);
      await waiting;
      await waitFor(() => lock.signal.aborted);
      order.push('first still running');
    });
    expect(order).toEqual(['second', 'first still running']);
  });

  it('holds many locks that nobody waits for on one connection, and tells every holder when it breaks', async () => {
    const other = await Database.open({ url: test.url, schema: 'things', applicationName: 'other' });
    const done: string[] = [];
    const held: string[] = [];
    const hold = (key: string) => db.tryAdvisoryLock(key, async (lock) => {
      held.push(key);
      await waitFor(() => lock.signal.aborted);
      done.push(key);
    });
    await db.tryAdvisoryLock('given-back', async () => expect(await db.tryAdvisoryLock('given-back', async () => 'twice')).toBeUndefined());
    expect(await other.tryAdvisoryLock('given-back', async () => 'free')).toEqual({ result: 'free' });
    const both = [hold('a'), hold('b')];
    // Asked only then: whoever asks earlier may be the one who gets it.
    await waitFor(() => held.length === 2);
    expect(await other.tryAdvisoryLock('b', async () => true)).toBeUndefined();
    expect(await db.query(`select count(distinct l.pid) as n from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and a.application_name = 'spec:own' and l.database = (select oid from pg_database where datname = current_database())`)).toEqual([{ n: 1 }]);
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'spec:own' and datname = current_database()`);
    await Promise.all(both);
    expect(done.sort()).toEqual(['a', 'b']);
    expect(await db.tryAdvisoryLock('a', async () => 'again')).toEqual({ result: 'again' });
    await other.close();
  });

  it('answers a ping, and refuses work after it was closed', async () => {
    const other = await Database.open({ url: test.url, schema: 'things' });
    await other.ping();
    await Promise.all([other.close(), other.close()]);
    await expect(other.ping()).rejects.toMatchObject({ code: 'database.closed' });
  });
});

describe('migrations', () => {
  it('run once when twenty processes start at the same moment', async () => {
    const test = await testDatabase();
    const options = { url: test.url, schema: 'twenty', migrations: [CreateThings1767225600000], poolSize: 1 };
    const twenty = await Promise.all(Array.from({ length: 20 }, () => Database.open(options)));
    const ran = await Promise.all(twenty.map((db) => db.migrate()));
    expect(ran.flat()).toEqual(['CreateThings1767225600000']);
    expect(await twenty[0]!.query('select count(*) as n from thing')).toEqual([{ n: 0 }]);
    await Promise.all(twenty.map((db) => db.close()));
    await test.close();
  });
});
