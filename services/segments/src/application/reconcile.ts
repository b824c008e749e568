import type { Clock } from '@signalbox/kernel';
import type { Imports, Members } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';
import type { WorkspaceWork } from './workspace-turns.ts';

/** A workspace whose companies keep changing is looked at once in a while, not after every batch of an import. */
export const RECONCILING = { leastRestMs: 500, restFactor: 2, turnMs: 5_000 } as const;

/** Keeps members up to date with what changed, whoever changed it; it also fails the imports of processes that died. */
export const reconciling = (refresher: RefreshMembers, members: Members, imports: Imports, clock: Clock): WorkspaceWork => ({
  name: 'members of segments',
  async waiting() {
    await imports.failAbandoned(clock.now());
    return members.staleWorkspaces();
  },
  turn: (workspaceId, deadlineMs) => refresher.refresh(workspaceId, deadlineMs),
});
