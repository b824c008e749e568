import { invalid } from '@signalbox/kernel';
import type { Members, MembersChanged } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';

const MOST_IDS = 10_000;
const EVALUATION_MS = 20_000;

/** Puts companies into a static segment and takes them out; segments built from it follow before the answer. */
export class ChangeMembers {
  constructor(
    private readonly members: Members,
    private readonly refresher: RefreshMembers,
    private readonly monotonicMs: () => number,
  ) {}

  async run(workspaceId: string, segmentId: string, add: readonly string[], remove: readonly string[]): Promise<MembersChanged> {
    if (add.length + remove.length > MOST_IDS) throw invalid('segments.members.too_many', `There are ${add.length + remove.length} ids in the call; at most ${MOST_IDS} may be. Send the rest in further calls.`, { field: 'add_company_ids' });
    const both = new Set(add);
    const twice = remove.find((id) => both.has(id));
    if (twice !== undefined) throw invalid('segments.members.both', `The company ${twice.slice(0, 80)} is to be added and removed in one call. Decide for one.`, { field: 'remove_company_ids' });
    const change = await this.members.change(workspaceId, segmentId, add, remove);
    if (change.added.length + change.removed.length > 0) await this.refresher.refresh(workspaceId, this.monotonicMs() + EVALUATION_MS);
    return change;
  }
}
