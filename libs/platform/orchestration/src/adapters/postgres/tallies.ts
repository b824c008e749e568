import type { types } from '@signalbox/contracts';
import type { Database, Transaction } from '@signalbox/platform-postgres';
import type { TallyCategory } from '../../application/ports.ts';

/** Adds to counts by name; names are sorted, so that two transactions never lock them crosswise. */
export async function addCounts(tx: Transaction, workspaceId: string, ownerId: string, category: TallyCategory, counts: Iterable<readonly [string, number]>): Promise<void> {
  const sorted = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return;
  await tx.execute(
    `insert into tallies (workspace_id, owner_id, category, name, count) select $1, $2, $3, name, count from unnest($4::text[], $5::bigint[]) as c(name, count)
     on conflict (workspace_id, owner_id, category, name) do update set count = tallies.count + excluded.count`,
    [workspaceId, ownerId, category, sorted.map(([name]) => name), sorted.map(([, count]) => count)],
  );
}

/** Counts by name, the largest first. */
export async function readCounts(source: Transaction | Database, workspaceId: string, ownerId: string): Promise<Record<TallyCategory, types.NamedCount[]>> {
  const rows = await source.query<{ category: TallyCategory; name: string; count: number }>(
    'select category, name, count from tallies where workspace_id = $1 and owner_id = $2 order by count desc, name', [workspaceId, ownerId],
  );
  const of = (category: TallyCategory) => rows.filter((r) => r.category === category).map(({ name, count }) => ({ name, count }));
  return { skipped: of('skipped'), failed: of('failed'), api: of('api') };
}
