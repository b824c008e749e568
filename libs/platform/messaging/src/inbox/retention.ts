import type { Database } from '@signalbox/platform-postgres';

const PIECE = 5000;

/** Forgets messages done longer ago than `olderThanMs`, piece by piece; parked ones stay. Gives how many. */
export async function removeDoneInboxRows(database: Database, olderThanMs: number): Promise<number> {
  for (let removed = 0; ;) {
    const piece = await database.execute(`delete from inbox where (workspace_id, consumer, event_id) in (
      select workspace_id, consumer, event_id from inbox where done_at < now() - $1 * interval '1 ms' limit ${PIECE})`, [olderThanMs]);
    removed += piece;
    if (piece < PIECE) return removed;
  }
}
