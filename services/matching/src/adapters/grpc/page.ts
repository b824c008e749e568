import type { types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';

const DEFAULT_LIMIT = 50;
const LARGEST = 1_000;

/** @throws Invalid `page.limit`, `page.cursor` */
export function readPage(page: types.PageRequest | undefined): { limit: number; after: string } {
  const limit = page?.limit || DEFAULT_LIMIT;
  if (limit < 1 || limit > LARGEST) throw invalid('page.limit', `A page has 1 to ${LARGEST} entries; ${limit} were asked for.`, { field: 'page.limit' });
  if (!page?.cursor) return { limit, after: '' };
  try {
    const [after] = JSON.parse(Buffer.from(page.cursor, 'base64url').toString()) as unknown[];
    if (typeof after === 'string') return { limit, after };
  } catch {
    // said below, with the remedy
  }
  throw invalid('page.cursor', 'The cursor is not one of ours. Use next_cursor of the page before, or none.', { field: 'page.cursor' });
}

/** The page's info, when `rows` were read with one more than the limit to see whether more follow. */
export const pageInfo = (more: boolean, last: string | undefined, total = -1): types.PageInfo => ({ nextCursor: more && last !== undefined ? Buffer.from(JSON.stringify([last])).toString('base64url') : '', total });
