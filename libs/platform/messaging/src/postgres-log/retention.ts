import type { Database } from '@signalbox/platform-postgres';

const PIECE = 5000;

/** Removes records that are older than `retentionMs` and done by every group that reads their topic; gives how many. */
export async function removeOldRecords(database: Database, retentionMs: number): Promise<number> {
  const done = await database.tryAdvisoryLock('broker.retention', async () => {
    const partitions = await database.query<{ topic: string; partition: number; below: number }>(`
      select p.topic, p.partition, coalesce(min(g.done_before), p.next_offset) as below
      from partition p left join group_partition g using (topic, partition)
      group by p.topic, p.partition having coalesce(min(g.done_before), p.next_offset) > p.first_offset`);
    let removed = 0;
    for (const { topic, partition, below } of partitions) removed += await removeFrom(database, topic, partition, below, retentionMs);
    return removed;
  });
  return done?.result ?? 0;
}

async function removeFrom(database: Database, topic: string, partition: number, below: number, retentionMs: number): Promise<number> {
  for (let removed = 0; ;) {
    const piece = await database.transaction(async (tx) => {
      const [row] = await tx.query<{ n: number; last: number | null }>(`
        with old as (select "offset" from record where topic = $1 and partition = $2 and "offset" < $3
          and stored_at < now() - $4 * interval '1 ms' order by "offset" limit ${PIECE}),
        gone as (delete from record r using old where r.topic = $1 and r.partition = $2 and r."offset" = old."offset" returning r."offset")
        select count(*) as n, max("offset") as last from gone`, [topic, partition, below, retentionMs]);
      if (row!.last !== null) {
        await tx.execute('update partition set first_offset = greatest(first_offset, $3) where topic = $1 and partition = $2',
          [topic, partition, Number(row!.last) + 1]);
      }
      return row!.n;
    });
    removed += piece;
    if (piece < PIECE) return removed;
  }
}
