import type { Definition } from './kind.ts';

/** What a plan was made of: the versions of what a person may have changed since. */
export interface MadeOf {
  orchestrationVersion: number;
  mappingProfileVersion: number;
  /** Set: it takes a run back, and is made of what that run wrote. */
  undoesRunId?: string;
}

/** Why a plan no longer shows what a run would do now, in words; empty while it does. */
export function outdatedBecause(plan: MadeOf, now: Pick<Definition, 'version' | 'mappingProfileVersion'>): string {
  if (plan.undoesRunId) return '';
  if (plan.orchestrationVersion !== now.version) return 'The orchestration was changed after this was planned.';
  if (plan.mappingProfileVersion !== now.mappingProfileVersion) return 'The mapping profile was changed after this was planned.';
  return '';
}
