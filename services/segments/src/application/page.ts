import type { types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';

/** A page asked for: how many, and after which key. */
export interface PageAsked {
  limit: number;
  /** Key of the last item of the page before; undefined for the first page. */
  after: string[] | undefined;
}

export interface Page<T> {
  items: T[];
  /** Key of the last item, when there are more. */
  next: string[] | undefined;
  /** -1 when it is not cheap to know. */
  total: number;
}

const DEFAULT_LIMIT = 50;
const MOST = 1_000;

/** @throws Invalid `segments.page.limit`, `segments.page.cursor` */
export function pageAsked(request: types.PageRequest | undefined, keyLength: number): PageAsked {
  const limit = request?.limit || DEFAULT_LIMIT;
  if (limit < 1 || limit > MOST) throw invalid('segments.page.limit', `A page may have 1 to ${MOST} items, not ${limit}.`, { field: 'page.limit' });
  if (!request?.cursor) return { limit, after: undefined };
  const after = decodeCursor(request.cursor);
  if (after?.length !== keyLength) throw invalid('segments.page.cursor', 'The cursor is not one of this list. Take the next_cursor of the page before, or begin without one.', { field: 'page.cursor' });
  return { limit, after };
}

function decodeCursor(cursor: string): string[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(key) && key.every((part) => typeof part === 'string' && !part.includes('\0')) ? key : undefined;
  } catch {
    return undefined; // whatever it is, it did not come from us
  }
}

export function pageInfo(page: Page<unknown>): types.PageInfo {
  return { nextCursor: page.next ? Buffer.from(JSON.stringify(page.next)).toString('base64url') : '', total: page.total };
}

/** A page out of one item more than were asked for. */
export function toPage<R, T>(rows: R[], asked: PageAsked, total: number, keyOf: (row: R) => string[], toItem: (row: R) => T): Page<T> {
  const shown = rows.slice(0, asked.limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next: rows.length > asked.limit && last !== undefined ? keyOf(last) : undefined, total };
}
