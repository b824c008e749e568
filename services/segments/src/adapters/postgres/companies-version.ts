import type { Transaction } from '@signalbox/platform-postgres';
import { announceStale } from './stale.ts';

/** Locks the workspace's companies against other writers until the transaction ends, and gives the next version. */
export async function nextVersion(tx: Transaction, workspaceId: string): Promise<number> {
  await tx.execute('insert into workspaces (workspace_id) values ($1) on conflict do nothing', [workspaceId]);
  const [row] = await tx.query<{ companies_version: number }>('select companies_version from workspaces where workspace_id = $1 for update', [workspaceId]);
  return row!.companies_version + 1;
}

/** Companies were changed under this version: from now on it is the workspace's. */
export async function reachVersion(tx: Transaction, workspaceId: string, version: number, created = 0): Promise<void> {
  await tx.execute('update workspaces set companies_version = $2, companies = companies + $3 where workspace_id = $1', [workspaceId, version, created]);
  await announceStale(tx, workspaceId);
}
