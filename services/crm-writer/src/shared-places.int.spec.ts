import type { CallPurpose, ConnectionLimits } from '@signalbox/connectors-sdk';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { waitFor } from '@signalbox/testing';
import { ConnectionBudget } from './adapters/connectors/connection-budget.ts';
import { PgCallBudgets } from './adapters/postgres/call-budgets.ts';
import { migrations, SCHEMA } from './adapters/postgres/migrations.ts';
import type { Connection } from './domain/connection.ts';

let test: TestDatabase;
let store: PgCallBudgets;
beforeAll(async () => {
  test = await testDatabase({ schema: SCHEMA, migrations, poolSize: 8 });
  store = new PgCallBudgets(test.database);
});
afterAll(() => test.close());

const limits = (change: Partial<ConnectionLimits> = {}): ConnectionLimits => ({ rate: { windowMs: 10_000 }, day: 'rolling', timeZone: 'UTC', ...change });
const never = new AbortController().signal;

async function connectionOf(id: string): Promise<Connection> {
  await test.database.execute(`insert into connections (workspace_id, id, name, provider, base_url, auth_kind, settings, secrets, secrets_key_id, environment, status, created_at, updated_at)
    values ('w', $1, $1, 'salesforce', 'https://crm.example', 'client_credentials', '{}', '', '', 'sandbox', 'healthy', now(), now())`, [id]);
  return { workspaceId: 'w', id, name: id, provider: 'salesforce', dailyCalls: 0 } as Connection;
}

/** Replicas of one connection, and how many calls of all of them are under way. */
class Replicas {
  underWay = 0;
  most = 0;
  made: CallPurpose[] = [];
  readonly problems: unknown[] = [];

  constructor(private readonly connection: Connection, private readonly given: ConnectionLimits) {}

  open(replica: string, concurrency = 10): ConnectionBudget {
    return new ConnectionBudget(this.connection, this.given, { store, replica, concurrency, onWaited: () => undefined, onSpent: () => undefined, onProblem: (error) => this.problems.push(error) });
  }

  async call(budget: ConnectionBudget, purpose: CallPurpose = 'write', ms = 20): Promise<void> {
    const permit = await budget.take(purpose, never);
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    const over = performance.now() + ms;
    await waitFor(() => performance.now() >= over, { everyMs: 2, what: 'the call to take its time' });
    this.underWay -= 1;
    this.made.push(purpose);
    permit.end(false);
  }
}

describe('places for calls under way', () => {
  it('are never more than the CRM allows, over all replicas, and every replica gets some', async () => {
    const replicas = new Replicas(await connectionOf('places'), limits({ concurrent: 5 }));
    const budgets = ['a', 'b', 'c'].map((name) => replicas.open(name));
    const done = new Map<ConnectionBudget, number>();
    await Promise.all(budgets.flatMap((budget) => Array.from({ length: 40 }, async () => {
      await replicas.call(budget);
      done.set(budget, (done.get(budget) ?? 0) + 1);
    })));
    expect(replicas.made).toHaveLength(120);
    expect(replicas.most).toBeLessThanOrEqual(5);
    expect([...done.values()]).toEqual([40, 40, 40]);
    await Promise.all(budgets.map((budget) => budget.close()));
    // Those that have closed hold nothing back.
    const last = replicas.open('d');
    await Promise.all(Array.from({ length: 10 }, () => replicas.call(last)));
    expect(last.places).toBe(5);
    await last.close();
    expect(replicas.problems).toEqual([]);
  });

  it('are fewer after a refusal and as many as before after quick answers', async () => {
    const replicas = new Replicas(await connectionOf('refused'), limits());
    const budget = replicas.open('a', 8);
    const together = await Promise.all(Array.from({ length: 8 }, () => budget.take('write', never)));
    for (const permit of together) permit.end(true);
    expect(budget.places).toBe(4);
    replicas.most = 0;
    await Promise.all(Array.from({ length: 20 }, () => replicas.call(budget)));
    expect(replicas.most).toBeLessThan(8);
    for (let n = 0; n < 10 && budget.places < 8; n += 1) await Promise.all(Array.from({ length: 10 }, () => replicas.call(budget, 'write', 5)));
    expect(budget.places).toBe(8);
    await budget.close();
  });

  it.each([1, 2, 8])('are given to reading and to writing while both want them, of %d', async (concurrency) => {
    const replicas = new Replicas(await connectionOf(`both-${concurrency}`), limits());
    const budget = replicas.open('a', concurrency);
    const purposes = Array.from({ length: 40 }, (_, n): CallPurpose => (n % 4 === 3 ? 'read' : 'write'));
    await Promise.all(purposes.map((purpose) => replicas.call(budget, purpose, 5)));
    expect(replicas.made).toHaveLength(40);
    expect(replicas.most).toBeLessThanOrEqual(concurrency);
    // The first of each side was not kept waiting for all of the other.
    expect(replicas.made.slice(0, 12)).toContain('read');
    expect(replicas.made.slice(0, 12)).toContain('write');
    await budget.close();
  });

  it('are given up by who stops waiting', async () => {
    const replicas = new Replicas(await connectionOf('stopped'), limits());
    const budget = replicas.open('a', 1);
    const held = await budget.take('write', never);
    const stop = new AbortController();
    const given = budget.take('write', stop.signal);
    const other = budget.take('write', never);
    stop.abort();
    await expect(given).rejects.toMatchObject({ code: 'connector.stopping' });
    held.end(false);
    (await other).end(false);
    await budget.close();
    await expect(budget.take('write', never)).rejects.toMatchObject({ code: 'connector.stopping' });
  });
});

describe('calls that were taken ahead', () => {
  it('go back when they are not made', async () => {
    const connection = await connectionOf('ahead');
    const replicas = new Replicas(connection, limits({ rate: { calls: 1000, windowMs: 10_000 } }));
    const budget = replicas.open('a', 2);
    await Promise.all(Array.from({ length: 30 }, () => replicas.call(budget, 'write', 1)));
    const used = async () => (await store.standings([{ connection, limits: limits() }])).get('ahead')!.used;
    await waitFor(async () => await used() === 30, { what: 'what was not used to be given back' });
    await budget.close();
    expect(await used()).toBe(30);
  });
});
