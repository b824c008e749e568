import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, startEmbeddedPostgres } from '@signalbox/platform-postgres';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { waitFor } from '@signalbox/testing';
import { PostgresLogBroker } from './postgres-log-broker.ts';

const record = (key: string, n: number) => ({ topic: 'events', key, value: Buffer.from(String(n)), headers: {} });
const text = (value: Uint8Array) => Buffer.from(value).toString();

describe('the log in PostgreSQL', () => {
  let test: TestDatabase;
  let log: Database;
  const brokers: PostgresLogBroker[] = [];

  beforeAll(async () => { test = await testDatabase({ schema: 'broker' }); });
  afterAll(() => test.close());
  beforeEach(async () => {
    log = test.database;
    const first = await open();
    await first.createTopics([{ name: 'events', partitions: 2 }]);
  });
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close();
    await log.execute('delete from group_partition');
    await log.execute('delete from record');
    await log.execute('update partition set first_offset = 0, next_offset = 0');
  });

  async function open(options: Partial<Parameters<typeof PostgresLogBroker.open>[0]> = {}): Promise<PostgresLogBroker> {
    const broker = await PostgresLogBroker.open({ url: test.url, leaseMs: 3000, ...options });
    brokers.push(broker);
    return broker;
  }

  it('gives offsets without gaps, whatever fails in between', async () => {
    const broker = await open();
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
      await broker.publish([record('a', i), record('b', i), record('c', i)]);
      // A key cannot hold a NUL: this publish fails after it has taken its locks.
      await expect(broker.publish([record('a', i), record('\0', i)])).rejects.toMatchObject({ kind: 'Invalid' });
    }));
    const rows = await log.query<{ offsets: number[]; next: number }>(`select array_agg(r."offset" order by r."offset")::int[] as offsets, max(p.next_offset) as next
      from record r join partition p using (topic, partition) group by r.topic, r.partition`);
    for (const { offsets, next } of rows) expect(offsets).toEqual(Array.from({ length: next }, (_, i) => i));
    expect(rows.reduce((sum, row) => sum + row.next, 0)).toBe(60);
  });

  it('loses nothing to a reader while a publish waits to commit', async () => {
    const broker = await open();
    const seen: string[] = [];
    await broker.subscribe({ group: 'g', topics: ['events'], handler: async ({ value }) => { seen.push(text(value)); } });
    let commit: () => void = () => undefined;
    const gate = new Promise<void>((done) => { commit = done; });
    let holding = false;
    // What a publish holds until it commits, held for long: the partition's counter.
    const slow = log.transaction(async (tx) => {
      await tx.query(`select 1 from partition where topic = 'events' for update`);
      holding = true;
      await gate;
    });
    await waitFor(() => holding);
    const publishing = Promise.all([1, 2, 3].map((n) => broker.publish([record(`k${n}`, n)])));
    await waitFor(async () => (await log.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`)).length > 0);
    expect(seen).toEqual([]);
    commit();
    await Promise.all([slow, publishing]);
    await waitFor(() => seen.length === 3);
  });

  it('removes what is old and done by every group, and keeps the rest', async () => {
    const broker = await open({ retentionMs: 1000 });
    let done = 0;
    const reading = await broker.subscribe({ group: 'reader', topics: ['events'], handler: async () => { done += 1; } });
    await broker.publish(Array.from({ length: 10 }, (_, n) => record('a', n)));
    await waitFor(() => done === 10);
    await reading.stop();
    await (await broker.subscribe({ group: 'idle', topics: ['events'], handler: () => Promise.reject(new Error('not now')) })).stop();
    await log.execute(`update record set stored_at = now() - interval '1 hour'`);
    expect(await broker.removeOldRecords()).toBe(0);
    await broker.forgetGroup('idle');
    await broker.publish([record('a', 10)]);
    expect(await broker.removeOldRecords()).toBe(10);
    expect(await broker.lag('newcomer', ['events'])).toEqual([{ group: 'newcomer', topic: 'events', lag: 1 }]);
  });

  it('takes over the partitions of a process whose connections are gone, before its lease ends', async () => {
    const [doomed, survivor] = [await open({ leaseMs: 3_600_000 }), await open()];
    await doomed.subscribe({ group: 'g', topics: ['events'], handler: async () => undefined });
    const seen: string[] = [];
    await doomed.close();
    // As a kill -9 leaves it: a member and an owner that nobody stands behind.
    await log.execute(`insert into member values ('g', 'events', 'ghost', 'broker-ghost', now() + interval '1 hour')`);
    await log.execute(`update group_partition set owner = 'ghost' where group_name = 'g'`);
    await survivor.subscribe({ group: 'g', topics: ['events'], handler: async ({ value }) => { seen.push(text(value)); } });
    await survivor.publish([record('a', 1), record('b', 2), record('c', 3)]);
    await waitFor(() => seen.length === 3, { timeoutMs: 5000 });
  });

  it('goes on after PostgreSQL was away', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-broker-'));
    let server = await startEmbeddedPostgres({ dataDir, fast: true });
    const { port } = server;
    const broker = await PostgresLogBroker.open({ url: server.url(), leaseMs: 1500 });
    const seen: string[] = [];
    try {
      await broker.createTopics([{ name: 'events' }]);
      await broker.subscribe({ group: 'g', topics: ['events'], handler: async ({ value }) => { seen.push(text(value)); } });
      await broker.publish([record('a', 1)]);
      await waitFor(() => seen.length === 1);
      await server.stop();
      await expect(broker.publish([record('a', 2)])).rejects.toMatchObject({ kind: 'Retryable' });
      await expect(broker.ping()).rejects.toMatchObject({ kind: 'Retryable' });
      server = await startEmbeddedPostgres({ dataDir, fast: true, port });
      await waitFor(() => broker.publish([record('a', 2)]).then(() => true));
      await waitFor(() => new Set(seen).size === 2);
    } finally {
      await broker.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
