import { BUILT_IN_BLOCKS, checkedBlocks, type RuleBlock } from '../domain/rules.ts';
import type { Rules, StoredRules } from './ports.ts';

/** A workspace's rules: read, and replaced as a whole by the next version. */
export class MatchRules {
  constructor(private readonly rules: Rules) {}

  get(workspaceId: string): Promise<StoredRules> {
    return this.rules.current(workspaceId);
  }

  /** No blocks: back to the built-in rules. @throws Invalid `matching.rules.invalid` */
  async put(workspaceId: string, blocks: readonly RuleBlock[]): Promise<StoredRules> {
    if (blocks.length === 0) return this.rules.put(workspaceId, BUILT_IN_BLOCKS, true);
    return this.rules.put(workspaceId, checkedBlocks(blocks), false);
  }
}
