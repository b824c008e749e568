import type { types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

/** @throws Invalid for a limit out of range or a cursor of somewhere else */
export function readPage<T extends string | number>(page: types.PageRequest | undefined, start: T): { limit: number; after: T } {
  const limit = page?.limit || DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) throw invalid('orchestrations.page.limit', `A page has 1 to ${MAX_LIMIT} entries, not ${limit}.`, { field: 'page.limit' });
  if (!page?.cursor) return { limit, after: start };
  try {
    const { after } = JSON.parse(Buffer.from(page.cursor, 'base64url').toString('utf8')) as { after: unknown };
    if (typeof after === typeof start) return { limit, after: after as T };
  } catch {
    // Not a cursor of ours: said below.
  }
  throw invalid('orchestrations.page.cursor', 'The cursor is not one that this list gave. Begin again without a cursor.', { field: 'page.cursor' });
}

/** The page's end: a cursor when there may be more. */
export function pageInfo<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string | number, total = -1): types.PageInfo {
  const last = rows.at(-1);
  const nextCursor = rows.length < limit || last === undefined ? '' : Buffer.from(JSON.stringify({ after: keyOf(last) })).toString('base64url');
  return { nextCursor, total };
}
