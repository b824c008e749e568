import { TOPICS } from '@signalbox/contracts';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { forgetCancelledRuns } from './adapters/postgres/cancelled-runs.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';

const DAY_MS = 24 * 60 * 60_000;
let test: TestDatabase;
beforeAll(async () => { test = await testDatabase({ migrations, schema: SCHEMA }); });
afterAll(() => test?.close());
beforeEach(async () => {
  for (const table of ['cancelled_runs', 'held_messages', 'parked_messages']) await test.database.execute(`delete from ${table}`);
  await test.database.execute(`insert into cancelled_runs (workspace_id, run_id, cancelled_at)
    values ('w1', 'new', now() - interval '29 days'), ('w1', 'old', now() - interval '31 days'), ('w2', 'old', now() - interval '31 days')`);
});

const left = async () => (await test.database.query<{ run: string }>(`select workspace_id || ' ' || run_id as run from cancelled_runs order by 1`)).map(({ run }) => run);
const forget = () => forgetCancelledRuns(test.database, 30 * DAY_MS);

/** How a message of the first workspace is put aside, and how that ends. */
const ASIDE = {
  held: [`insert into held_messages (workspace_id, consumer, event_id, topic, key, partition, "offset", payload, headers) values ('w1', 'c', 'e', $1, 'w1/c/0', 0, '7', '', '{}')`, 'delete from held_messages'],
  parked: [`insert into parked_messages (workspace_id, consumer, event_id, topic, key, payload, headers, reason_code, reason, attempts) values ('w1', 'c', 'e', $1, 'w1/c/0', '', '{}', 'code', 'reason', 5)`, 'update parked_messages set discarded_at = now()'],
} as const;

describe('runs that were cancelled', () => {
  it('are forgotten after a month, and no sooner', async () => {
    expect(await forget()).toBe(2);
    expect(await left()).toEqual(['w1 new']);
    expect(await forget()).toBe(0);
  });

  it.each(['held', 'parked'] as const)('ORC-9 are remembered as long as their workspace has a %s batch, which may be one of theirs', async (how) => {
    const [putAside, end] = ASIDE[how];
    await test.database.execute(putAside, [TOPICS.changeBatchRequested.name]);
    expect(await forget()).toBe(1);
    expect(await left()).toEqual(['w1 new', 'w1 old']);
    await test.database.execute(end);
    expect(await forget()).toBe(1);
    expect(await left()).toEqual(['w1 new']);
  });

  it.each(['held', 'parked'] as const)('are not remembered for a %s message that is no batch', async (how) => {
    await test.database.execute(ASIDE[how][0], [TOPICS.runCancelled.name]);
    expect(await forget()).toBe(2);
  });
});
