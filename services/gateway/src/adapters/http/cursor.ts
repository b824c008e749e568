import { invalid } from '@signalbox/kernel';

export const encodeCursor = (after: string): string => Buffer.from(JSON.stringify([after])).toString('base64url');

/** @throws Invalid `gateway.cursor.invalid` */
export function decodeCursor(cursor: string): string | undefined {
  if (cursor === '') return undefined;
  try {
    const [after] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof after === 'string') return after;
  } catch {
    // Not ours: said below.
  }
  throw invalid('gateway.cursor.invalid', 'The cursor is not one of ours. Send the nextCursor of the page before, or none.', { field: 'cursor' });
}
