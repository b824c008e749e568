import type { Database, Transaction } from '@signalbox/platform-postgres';
import { numbersText } from './key-changes.ts';

/** Notified when accounts wait for their keys. */
export const PENDING_CHANNEL = 'matching_index_pending';

/** So many accounts at once: enough that a page of the index is written once for many keys. */
const AT_ONCE = 100_000;

/**
 * Accounts of a mass that came at once, whose keys are not written yet. Until they are, nothing is found by them, and the index's
 * position stands before them.
 *
 * Whoever changes such an account locks its row here first, before it reads or writes its keys; so nobody's keys are written that
 * are just changing.
 */
export class PendingKeys {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, space: number, numbers: readonly number[], sequence: number): Promise<void> {
    if (numbers.length === 0) return;
    await tx.execute('insert into index_pending (space, number, sequence) select $1, u.number, $3 from unnest($2::int[]) as u (number)', [space, numbersText(numbers), sequence]);
    await tx.query('select pg_notify($1, $2)', [PENDING_CHANNEL, '']);
  }

  /** Those of the accounts that are pending; they stay so until the transaction ends. */
  async lock(tx: Transaction, space: number, numbers: readonly number[]): Promise<ReadonlySet<number>> {
    if (numbers.length === 0) return new Set();
    const rows = await tx.query<{ number: number }>('select number from index_pending where space = $1 and number = any($2::int[]) order by number for update', [space, numbersText(numbers)]);
    return new Set(rows.map((row) => row.number));
  }

  /** Writes the keys of a part of what is pending, and gives how many accounts that were; any number of replicas may do so side by side. */
  async write(): Promise<number> {
    const [next] = await this.database.query<{ space: number }>('select space from index_pending limit 1');
    if (!next) return 0;
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ number: number }>(`select number from index_pending where space = $1 order by number limit ${AT_ONCE} for update skip locked`, [next.space]);
      if (rows.length === 0) return 0;
      const numbers = numbersText(rows.map((row) => row.number));
      await tx.query("select set_config('work_mem', '64MB', true)");
      // A statement of its own, after the lock: it sees what those have written who held it before.
      await tx.execute(`insert into index_keys (space, key, number, tie, site, country)
        select $1, k.key, a.number, a.tie, a.site_number, a.country_number
        from index_accounts a cross join lateral unnest(a.keys) as k (key) where a.space = $1 and a.number = any($2::int[]) order by k.key on conflict do nothing`, [next.space, numbers]);
      await tx.execute('delete from index_pending where space = $1 and number = any($2::int[])', [next.space, numbers]);
      return rows.length;
    });
  }
}
