import type { Database } from '@signalbox/platform-postgres';
import { periodic, type Part } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';

const EVERY_MS = 24 * 60 * 60_000;
const AT_ONCE = 5_000;
const CREATED = "operation = 'create' and state in ('succeeded', 'unknown_then_settled')";

/**
 * Forgets what was written longer ago than `days`, and gives how many writes that were. Of a record that we created it stays that we
 * did, or its company would be created once more; what was written into it goes. What has no outcome yet stays as it is.
 */
export async function forgetOldWrites(database: Database, days: number): Promise<number> {
  const old = `settled_at < now() - $1 * interval '1 day'`;
  const steps = [
    `delete from write_ledger where ctid = any(array(select ctid from write_ledger where ${old} and not (${CREATED}) limit ${AT_ONCE}))`,
    `update write_ledger set changes = '[]', before_image = '[]', message = '' where ctid = any(array(select ctid from write_ledger where ${old} and ${CREATED} and changes <> '[]' limit ${AT_ONCE}))`,
  ];
  let forgotten = 0;
  for (const step of steps) {
    for (let count = AT_ONCE; count === AT_ONCE; forgotten += count) count = await database.execute(step, [days]);
  }
  return forgotten;
}

/** Forgets them once a day, and after the start; any number of replicas may do it. */
export const ledgerRetention = (database: Database, logger: Logger, days: number): Part => periodic({
  name: 'retention of writes', everyMs: EVERY_MS, atStart: true,
  work: async () => {
    const writes = await forgetOldWrites(database, days);
    if (writes > 0) logger.info({ writes, days }, 'old writes were forgotten');
  },
  onProblem: (error) => logger.warn({ err: error }, 'Old writes could not be removed; trying again tomorrow.'),
});
