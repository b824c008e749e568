import { invalid } from '@signalbox/kernel';

/** The place after the last item of a page; opaque to callers. */
export const writeCursor = (place: string | number): string => Buffer.from(JSON.stringify([place])).toString('base64url');

/** @throws Invalid `paging.cursor_invalid` */
export function readCursor(cursor: string): string {
  if (cursor === '') return '';
  try {
    const [place] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [string | number];
    return String(place);
  } catch (cause) {
    throw invalid('paging.cursor_invalid', 'The cursor is not one that a page gave. Begin again without a cursor.', { field: 'page.cursor', cause });
  }
}
