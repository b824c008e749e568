import pg from 'pg';
import type { HeldLock } from './advisory-lock.ts';
import { mapDatabaseError } from './error-mapping.ts';

interface Held {
  lost: AbortController;
  /** The connection that holds it, once there is one. */
  client?: pg.Client;
}

/**
 * Session advisory locks that nobody waits for, all on one connection: to open one for each costs more than most of the
 * work done under a lock. When the connection breaks, whoever holds a lock on it is told, and the next lock opens another.
 */
export class LockSession {
  private readonly connection: pg.ClientConfig;
  private readonly held = new Map<string, Held>();
  private session: Promise<pg.Client> | undefined;
  private client: pg.Client | undefined;
  private asked: Promise<unknown> = Promise.resolve();

  constructor(connection: pg.ClientConfig) {
    this.connection = connection;
  }

  /** Runs `work` under the lock; undefined at once when it is taken, by this process or any other. */
  async try<T>(key: string, work: (lock: HeldLock) => Promise<T>): Promise<{ result: T } | undefined> {
    // PostgreSQL gives a session its own lock a second time, so what this process holds is known here.
    if (this.held.has(key)) return undefined;
    const mine: Held = { lost: new AbortController() };
    this.held.set(key, mine);
    try {
      if (!(await this.take(key, mine))) return undefined;
      try {
        return { result: await work({ signal: mine.lost.signal }) };
      } finally {
        await this.giveBack(key, mine);
      }
    } finally {
      this.held.delete(key);
    }
  }

  async close(): Promise<void> {
    const client = await this.session?.catch(() => undefined); // it never opened: nothing to close
    await client?.end();
  }

  private async take(key: string, mine: Held): Promise<boolean> {
    try {
      this.session ??= this.open();
      mine.client = await this.session;
      return await this.ask(mine.client, 'pg_try_advisory_lock', key);
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  private async giveBack(key: string, mine: Held): Promise<void> {
    // A broken connection has given everything back already; one that cannot give back is ended, which does.
    if (mine.lost.signal.aborted) return;
    const { client } = mine;
    if (client) await this.ask(client, 'pg_advisory_unlock', key).catch((error: unknown) => this.lose(client, error));
  }

  /** One question after the other: a connection answers no two at once. */
  private ask(client: pg.Client, call: 'pg_try_advisory_lock' | 'pg_advisory_unlock', key: string): Promise<boolean> {
    const answer = this.asked.then(async () => {
      const { rows } = await client.query<{ done: boolean }>(`select ${call}(hashtextextended($1, 0)) as done`, [key]);
      return rows[0]?.done === true;
    });
    this.asked = answer.catch(() => undefined); // told to who asked
    return answer;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client(this.connection);
    this.client = client;
    client.on('error', (error) => this.lose(client, mapDatabaseError(error)));
    client.on('end', () => this.lose(client));
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.lose(client);
      throw error;
    }
  }

  private lose(client: pg.Client, reason?: unknown): void {
    for (const held of this.held.values()) if (held.client === client) held.lost.abort(reason);
    if (this.client !== client) return;
    this.client = undefined;
    this.session = undefined;
    client.end().catch(() => undefined); // broken already
  }
}
