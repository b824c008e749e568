import type { OutcomeName } from './run-state.ts';

/** How the records of a run stand. `planned` is fixed once the plan is; the others only grow. */
export interface Tally {
  planned: number;
  succeeded: number;
  skipped: number;
  failed: number;
  unknownThenSettled: number;
}

export const emptyTally = (): Tally => ({ planned: 0, succeeded: 0, skipped: 0, failed: 0, unknownThenSettled: 0 });

/** A record whose outcome was taken in for the first time. */
export interface SettledRecord {
  state: OutcomeName;
  code: string;
}

/** What newly settled records add to a run. */
export interface TallyChange {
  settled: number;
  succeeded: number;
  skipped: number;
  failed: number;
  unknownThenSettled: number;
  skippedByReason: Map<string, number>;
  failedByReason: Map<string, number>;
}

const FIELD_OF: Record<OutcomeName, 'succeeded' | 'skipped' | 'failed' | 'unknownThenSettled'> = {
  succeeded: 'succeeded', skipped: 'skipped', failed: 'failed', unknown_then_settled: 'unknownThenSettled',
};

export function tallyOf(records: readonly SettledRecord[]): TallyChange {
  const change: TallyChange = { settled: records.length, succeeded: 0, skipped: 0, failed: 0, unknownThenSettled: 0, skippedByReason: new Map(), failedByReason: new Map() };
  for (const { state, code } of records) {
    change[FIELD_OF[state]] += 1;
    const reasons = state === 'skipped' ? change.skippedByReason : state === 'failed' ? change.failedByReason : undefined;
    reasons?.set(code, (reasons.get(code) ?? 0) + 1);
  }
  return change;
}

export function addTally(tally: Tally, change: Omit<TallyChange, 'settled' | 'skippedByReason' | 'failedByReason'>): Tally {
  return {
    planned: tally.planned,
    succeeded: tally.succeeded + change.succeeded,
    skipped: tally.skipped + change.skipped,
    failed: tally.failed + change.failed,
    unknownThenSettled: tally.unknownThenSettled + change.unknownThenSettled,
  };
}

export const settledOf = (t: Tally): number => t.succeeded + t.skipped + t.failed + t.unknownThenSettled;
/** Records without an outcome: 0 exactly when planned = succeeded + skipped + failed + unknown-then-settled. */
export const remainingOf = (t: Tally): number => t.planned - settledOf(t);

/** Counts of the same name, together. */
export function addCounts(counts: readonly (readonly { name: string; count: number }[])[]): { name: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const { name, count } of counts.flat()) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => ({ name, count }));
}
