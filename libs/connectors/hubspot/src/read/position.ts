/** Where a pull goes on that was not finished, or was stopped. */
export type Part =
  /** Everything, in order of id. */
  | { kind: 'all'; begunAt: string; after: string }
  /** What changed since, in order of id. */
  | { kind: 'changes'; begunAt: string; since: string; deep: boolean; after: string };

export interface Position {
  /** Everything that was changed up to here, by the CRM's clock, has been read. Empty before the first pull is through. */
  at: string;
  /** When a pull last looked far back. */
  deepAt: string;
  /** When the archived records were last looked through to their end, and how many pages they were. */
  archiveAt: string;
  archivePages: number;
  part?: Part;
}

const NEW: Position = { at: '', deepAt: '', archiveAt: '', archivePages: 0 };

export function readPosition(text: string | undefined): Position {
  if (!text) return NEW;
  const given = JSON.parse(text) as Partial<Position>;
  return { at: given.at ?? '', deepAt: given.deepAt ?? '', archiveAt: given.archiveAt ?? '', archivePages: given.archivePages ?? 0, ...(given.part ? { part: given.part } : {}) };
}

export const writePosition = (position: Position): string => JSON.stringify(position);

/** The index of searches may lag, by up to a minute after updates, so each pull looks back behind the last: a little every time, and far every few minutes. */
const PULL_OVERLAP_MS = 2 * 60_000;
const DEEP_OVERLAP_MS = 15 * 60_000;
const DEEP_EVERY_MS = 10 * 60_000;
/** The look at the moment of writing looks back as far as a pull: what the index did not show to one look is shown to the next. */
const RECHECK_OVERLAP_MS = PULL_OVERLAP_MS;
/** Archived records come without order and all that there are of 90 days: more than these are looked through less often. */
const FEW_PAGES = 10;

const time = (text: string): number => Date.parse(text);

/** Where a pull from this position begins, and whether it looks far back. */
export function beginning(from: Position): { since: string; deep: boolean } {
  const deep = from.deepAt === '' || time(from.at) - time(from.deepAt) >= DEEP_EVERY_MS;
  return { since: new Date(time(from.at) - (deep ? DEEP_OVERLAP_MS : PULL_OVERLAP_MS)).toISOString(), deep };
}

export const recheckSince = (from: Position): string => new Date(time(from.at) - RECHECK_OVERLAP_MS).toISOString();

export const archiveIsDue = (from: Position): boolean => from.archivePages <= FEW_PAGES || time(from.at) - time(from.archiveAt) >= DEEP_EVERY_MS;

/** Archived since: what the last look through may have missed, and the overlap. */
export const archivedSince = (from: Position): Date => new Date(time(from.archiveAt) - DEEP_OVERLAP_MS);

/** HubSpot tells of what was archived for 90 days; after a longer silence only reading everything tells. */
const DELETIONS_TOLD_MS = 89 * 24 * 60 * 60_000;
export const isForgotten = (from: Position, now: Date): boolean => from.archiveAt !== '' && now.getTime() - time(from.archiveAt) > DELETIONS_TOLD_MS;
