import type { types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';

const DEFAULT_LIMIT = 50;
const LARGEST = 1_000;

/** The limit, and what the cursor holds; undefined on the first page. @throws Invalid `page.limit`, `page.cursor` */
export function readPage<T>(page: types.PageRequest | undefined, isCursor: (value: unknown) => value is T): { limit: number; after?: T } {
  const limit = page?.limit || DEFAULT_LIMIT;
  if (limit < 1 || limit > LARGEST) throw invalid('page.limit', `A page has 1 to ${LARGEST} entries; ${limit} were asked for.`, { field: 'page.limit' });
  if (!page?.cursor) return { limit };
  try {
    const after: unknown = JSON.parse(Buffer.from(page.cursor, 'base64url').toString());
    if (isCursor(after)) return { limit, after };
  } catch {
    // said below, with the remedy
  }
  throw invalid('page.cursor', 'The cursor is not one of ours. Use next_cursor of the page before, or none.', { field: 'page.cursor' });
}

/** `last`: what the next page begins after; undefined on the last page. */
export const pageInfo = (last: unknown): types.PageInfo => ({ nextCursor: last === undefined ? '' : Buffer.from(JSON.stringify(last)).toString('base64url'), total: -1 });
