/** How changes go out. */
export interface DispatchSettings {
  /** Most changes in a batch. At most 1,000: one call of 5 x 200 in the writer. */
  batchSize: number;
  /** Most bytes of changes in a batch, below what a broker takes in one message. */
  batchBytes: number;
  /** Most batches sent and not yet settled, of one run. */
  window: number;
  /** Batches of one lane are written one after the other. */
  lanes: number;
}

export const DEFAULT_DISPATCH: DispatchSettings = { batchSize: 1_000, batchBytes: 700_000, window: 10, lanes: 16 };

/** Batch ids and change ids say where they belong, so that a result finds its rows without an index of its own. */
export const batchId = (runId: string, number: number): string => `${runId}-${number}`;
export const changeId = (planId: string, position: number): string => `${planId}-${position}`;

/** The number at the end of an id made of `owner`; undefined when the id is of somebody else. */
export function numberOf(owner: string, id: string): number | undefined {
  if (!id.startsWith(`${owner}-`)) return undefined;
  const digits = id.slice(owner.length + 1);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

export const laneOf = (number: number, settings: DispatchSettings): number => number % settings.lanes;

/** The first records that may share a batch: those with the action of the first, since a batch has one operation. */
export function sameAction<T extends { action: string }>(records: readonly T[]): T[] {
  const first = records[0]?.action;
  const end = records.findIndex((r) => r.action !== first);
  return end === -1 ? [...records] : records.slice(0, end);
}

/** How many of the first items fit into `limit` together; at least one, since one alone cannot be cut. */
export function fitting(sizes: readonly number[], limit: number): number {
  let total = 0;
  for (const [index, size] of sizes.entries()) {
    total += size;
    if (total > limit && index > 0) return index;
  }
  return sizes.length;
}
