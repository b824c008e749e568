import { conflict } from '@signalbox/kernel';
import { checkedRules, type RuleChoice } from '../domain/rules.ts';
import type { Rules, StoredRules } from './ports.ts';

/** A workspace's rules: read, and replaced as a whole by the next version. */
export class MatchRules {
  constructor(private readonly rules: Rules) {}

  get(workspaceId: string): Promise<StoredRules> {
    return this.rules.current(workspaceId);
  }

  /**
   * No blocks: back to the built-in ones. `version` is the one that was changed; 0 replaces whichever there is.
   * @throws Invalid `matching.rules.invalid`, Conflict `matching.rules.version`
   */
  async put(workspaceId: string, choice: RuleChoice, version: number): Promise<StoredRules> {
    return this.rules.put(workspaceId, checkedRules(choice), (present) => {
      if (version === 0 || version === present) return;
      throw conflict('matching.rules.version', `Somebody has changed the match rules meanwhile: they are at version ${present}, not ${version}. Load them again and repeat your change.`, { field: 'version' });
    });
  }
}
