import pg from 'pg';
import { mapDatabaseError } from './error-mapping.ts';

export interface HeldLock {
  /** Aborted when the connection that holds the lock is lost: somebody else may have the lock from then on. */
  signal: AbortSignal;
}

/**
 * Runs `work` while a session advisory lock is held on a connection of its own, so that waiting for it can never use up
 * the pool the work itself needs. The lock falls when the process dies.
 */
export async function withAdvisoryLock<T>(connection: pg.ClientConfig, key: string, work: (lock: HeldLock) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  const lost = new AbortController();
  client.on('error', (error) => lost.abort(mapDatabaseError(error)));
  client.on('end', () => lost.abort());
  try {
    await connect(client);
    await acquire(client, key);
    return await work({ signal: lost.signal });
  } finally {
    await client.end().catch(() => undefined); // closing also unlocks; a broken connection has already unlocked
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

async function acquire(client: pg.Client, key: string): Promise<void> {
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key]);
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
