import type { Clock } from '@signalbox/kernel';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import type { Part } from '@signalbox/platform-service';

const EVERY_MS = 10 * 60_000;
export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60_000;

/** Removes sessions and throttles that have ended, and idempotency keys older than a day. Any number of replicas may do it. */
export async function removeEnded(database: Database, now: Date): Promise<void> {
  await database.execute('delete from sessions where expires_at <= $1', [now]);
  await database.execute('delete from sign_in_failures where window_ends_at <= $1', [now]);
  await database.execute(`delete from idempotency_keys where created_at <= $1 and (state <> 'running' or alive_until <= $2)`, [new Date(now.getTime() - IDEMPOTENCY_KEPT_MS), now]);
}

export function housekeeping(database: Database, clock: Clock, logger: Logger): Part {
  let timer: NodeJS.Timeout | undefined;
  const work = () => removeEnded(database, clock.now()).catch((error: unknown) => logger.warn({ err: error }, 'housekeeping failed; it is tried again later'));
  return {
    name: 'housekeeping',
    start: () => {
      timer = setInterval(() => void work(), EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
