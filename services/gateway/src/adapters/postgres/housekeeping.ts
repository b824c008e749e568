import type { Clock } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import { periodic, type Part } from '@signalbox/platform-service';

const EVERY_MS = 10 * 60_000;
export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60_000;

/** Removes sessions and throttles that have ended, and idempotency keys older than a day. Any number of replicas may do it. */
export async function removeEnded(database: Database, now: Date): Promise<void> {
  await database.execute('delete from sessions where expires_at <= $1', [now]);
  await database.execute('delete from sign_in_failures where window_ends_at <= $1', [now]);
  await database.execute(`delete from idempotency_keys where created_at <= $1 and (state <> 'running' or alive_until <= $2)`, [new Date(now.getTime() - IDEMPOTENCY_KEPT_MS), now]);
}

export const housekeeping = (database: Database, clock: Clock, logger: Logger): Part => periodic({
  name: 'housekeeping', everyMs: EVERY_MS, work: () => removeEnded(database, clock.now()), onProblem: (error) => logger.warn({ err: error }, 'housekeeping failed; it is tried again later'),
});
