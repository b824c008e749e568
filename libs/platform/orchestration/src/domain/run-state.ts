/** States as they are stored; the contract's enums are these in capitals behind a prefix. */
export const RUN_STATES = ['queued', 'planning', 'halted', 'applying', 'cancelling', 'finished', 'cancelled', 'failed'] as const;
export type RunStateName = (typeof RUN_STATES)[number];
export type PlanStateName = 'generating' | 'ready' | 'failed';
export type RecordStateName = 'planned' | 'dispatched' | 'succeeded' | 'skipped' | 'failed' | 'unknown_then_settled';
export type OutcomeName = Exclude<RecordStateName, 'planned' | 'dispatched'>;

/** What may follow what. A run ends in exactly one of the last three and never leaves it. */
const FOLLOWS: Record<RunStateName, readonly RunStateName[]> = {
  queued: ['planning', 'cancelled', 'failed'],
  planning: ['halted', 'applying', 'finished', 'cancelled', 'failed'],
  halted: ['applying', 'finished', 'cancelled'],
  applying: ['cancelling', 'finished', 'cancelled'],
  cancelling: ['cancelled'],
  finished: [],
  cancelled: [],
  failed: [],
};

export const mayFollow = (from: RunStateName, to: RunStateName): boolean => FOLLOWS[from].includes(to);
export const hasEnded = (state: RunStateName): boolean => FOLLOWS[state].length === 0;
/** Open runs: at most one per orchestration. A cancelling one is not among them, so that a new run may queue behind it. */
export const OPEN_STATES: readonly RunStateName[] = ['queued', 'planning', 'halted', 'applying'];
/** States in which nothing has been written yet. */
export const isBeforeFirstWrite = (state: RunStateName): boolean => state === 'queued' || state === 'planning' || state === 'halted';
