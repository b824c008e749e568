import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { profileOf } from '../../domain/profile.ts';
import { PgAccountIndex } from './account-index.ts';
import { SCHEMA, migrations } from './migrations.ts';

const INDEX = { workspaceId: 'w', connectionId: 'sf' };
const account = (n: number, version = 0) => ({ accountId: `a${n}`, name: `Firm ${n} Number ${n % 97} v${version}`, website: `firm${n}.com`, country: n % 2 ? 'Norway' : 'Chile', deleted: false });

let test: TestDatabase;
let index: PgAccountIndex;
let sequence = 0;

const take = (changes: ReturnType<typeof account>[], at = (sequence += 1)) => test.database.transaction((tx) => index.take(tx, INDEX, changes, at));
const drain = async () => { while ((await index.writePending()) > 0); };
/** Keys that stand in the index and should not, and the other way round. */
const wrongKeys = () => test.database.query(`select * from (
    select number, key, tie, site, country from index_keys except all select a.number, k.key, a.tie, a.site_number, a.country_number from index_accounts a, unnest(a.keys) as k (key)) as too_many
  union all select * from (
    select a.number, k.key, a.tie, a.site_number, a.country_number from index_accounts a, unnest(a.keys) as k (key) except all select number, key, tie, site, country from index_keys) as missing`);
const find = async (n: number, version = 0) => (await index.find(INDEX, [profileOf(account(n, version))])).found[0]!.accounts.map((one) => one.accountId);

beforeAll(async () => {
  test = await testDatabase({ schema: SCHEMA, migrations, poolSize: 8 });
  index = new PgAccountIndex(test.database);
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.database.transaction((tx) => index.remove(tx, INDEX));
  sequence = 0;
});

describe('accounts that come in a mass', () => {
  it('are found once their keys are written, and the position stands before them until then', async () => {
    await take([account(1)]);
    await take(Array.from({ length: 120 }, (_, n) => account(n + 10)));
    await take([account(2)]);
    expect([await find(1), await find(2), await find(11)]).toEqual([expect.arrayContaining(['a1']), expect.arrayContaining(['a2']), expect.not.arrayContaining(['a11'])]);
    expect(await index.position(INDEX)).toEqual({ sequence: 1, accounts: 122 });
    expect(await index.recount()).toBe(0);
    expect(await index.writePending()).toBe(120);
    expect(await find(11)).toEqual(expect.arrayContaining(['a11']));
    expect(await index.position(INDEX)).toEqual({ sequence: 3, accounts: 122 });
    expect(await wrongKeys()).toEqual([]);
  });

  it('have the keys of their last state when they change or go before', async () => {
    await take(Array.from({ length: 60 }, (_, n) => account(n)));
    await take([account(7, 1), { ...account(8), deleted: true }]);
    await drain();
    expect(await find(7, 1)).toContain('a7');
    expect(await find(8)).not.toContain('a8');
    expect(await wrongKeys()).toEqual([]);
  });

  it('are gone when their connection is, whoever is writing keys meanwhile', async () => {
    await take(Array.from({ length: 400 }, (_, n) => account(n)));
    await Promise.all([drain(), test.database.transaction((tx) => index.remove(tx, INDEX)), drain()]);
    expect(await test.database.query('select (select count(*) from index_keys) as keys, (select count(*) from index_pending) as pending, (select count(*) from index_accounts) as accounts')).toEqual([{ keys: 0, pending: 0, accounts: 0 }]);
  });

  it('end with the keys that their accounts have, in whatever order masses, changes and writers come', async () => {
    let writing = true;
    const writers = Array.from({ length: 3 }, async () => { while (writing) await index.writePending(); });
    for (let round = 0; round < 25; round += 1) {
      const news = Array.from({ length: 80 }, (_, n) => account(round * 80 + n));
      // Of those that came just now many are not written yet.
      const changed = Array.from({ length: 20 }, (_, n) => ({ ...account(Math.max(0, round * 80 - n * 3), round), deleted: n % 5 === 0 }));
      await Promise.all([take(news), take(changed)]);
    }
    writing = false;
    await Promise.all(writers);
    await drain();
    expect(await wrongKeys()).toEqual([]);
    expect((await index.position(INDEX)).sequence).toBe(50);
  });
});
