import type { Transaction } from '@signalbox/platform-postgres';

/** The channel on which is said which workspace has segments to evaluate. */
export const STALE_CHANNEL = 'segments.stale';

export async function announceStale(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [STALE_CHANNEL, workspaceId]);
}
