import { TOPICS } from '@signalbox/contracts';
import type { Database } from '@signalbox/platform-postgres';
import { periodic, type Part } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';

const EVERY_MS = 60 * 60_000;
/** As long as the inbox remembers a message. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

/**
 * Forgets runs that were cancelled longer ago than `olderThanMs`, which no batch can be on its way for any more: the log keeps
 * none that long, and while the workspace has batches put aside, held or parked, its cancellations stay. Gives how many.
 */
export function forgetCancelledRuns(database: Database, olderThanMs: number): Promise<number> {
  return database.execute(`delete from cancelled_runs c where cancelled_at < now() - $1 * interval '1 ms'
    and not exists (select from held_messages h where h.workspace_id = c.workspace_id and h.topic = $2)
    and not exists (select from parked_messages p where p.workspace_id = c.workspace_id and p.topic = $2 and p.replayed_at is null and p.discarded_at is null)`,
  [olderThanMs, TOPICS.changeBatchRequested.name]);
}

/** Forgets them now and then; any number of replicas may do it. */
export const cancelledRunsRetention = (database: Database, logger: Logger): Part => periodic({
  name: 'retention of cancelled runs', everyMs: EVERY_MS, work: () => forgetCancelledRuns(database, KEPT_MS),
  onProblem: (error) => logger.warn({ err: error }, 'Old cancellations could not be removed; trying again later.'),
});
