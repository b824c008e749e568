import { chunk } from '@signalbox/kernel';
import type { WriteRow } from '@signalbox/connectors-sdk';

/** Rows of one sObject Collection: at most 200, one subrequest of a Composite call. */
export interface Group {
  rows: readonly WriteRow[];
  /** Not sent before this time (ms since the epoch): rows that were locked. */
  notBefore: number;
  /** How often these rows were found locked. */
  lockedTimes: number;
  /** Not inside a Composite call. */
  alone: boolean;
}

export const ROWS_PER_GROUP = 200;
export const GROUPS_PER_CALL = 5;
/** Sizes in which locked rows are tried again, one after the other. */
const LOCKED_SIZES = [50, 10, 1] as const;
export const LOCK_TRIES = 5;

/** Composite takes `@{name}` in a value for a reference to another part and refuses it; a company may well be called so. */
export const looksLikeReference = (row: WriteRow): boolean => Object.values(row.values).some((value) => value?.includes('@{'));

export const group = (rows: readonly WriteRow[], lockedTimes = 0, notBefore = 0): Group => ({ rows, lockedTimes, notBefore, alone: rows.some(looksLikeReference) });

export function firstGroups(rows: readonly WriteRow[]): Group[] {
  const plain = rows.filter((row) => !looksLikeReference(row));
  const odd = rows.filter(looksLikeReference);
  return [...chunk(plain, ROWS_PER_GROUP), ...chunk(odd, ROWS_PER_GROUP)].map((few) => group(few));
}

export function lockedSize(lockedTimes: number): number {
  return LOCKED_SIZES[Math.min(lockedTimes, LOCKED_SIZES.length) - 1] ?? 1;
}

/** The groups of the next call: those that may be sent now, in order, as many as fit. */
export function takeGroups(waiting: Group[], most: number, now: number): Group[] {
  const taken: Group[] = [];
  for (let i = 0; i < waiting.length && taken.length < most;) {
    const candidate = waiting[i]!;
    if (candidate.notBefore > now || (candidate.alone && taken.length > 0)) i += 1;
    else taken.push(...waiting.splice(i, 1));
    if (taken[0]?.alone) break;
  }
  return taken;
}

export function halves(of: Group): Group[] {
  const middle = Math.ceil(of.rows.length / 2);
  return [of.rows.slice(0, middle), of.rows.slice(middle)].filter((rows) => rows.length > 0).map((rows) => group(rows, of.lockedTimes));
}
