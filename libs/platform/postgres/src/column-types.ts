import pg from 'pg';

const INT8 = 20;
const DATE = 1082;

/** A bigint column as a number; one that does not fit exactly stays text, so that it is never rounded. */
function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/**
 * How columns arrive: int8 (and so `count(*)`) as a number, date as 'YYYY-MM-DD' text (a day has no time zone), timestamptz
 * as Date, numeric as text, json and jsonb parsed. Set per connection, never on the driver: a global parser would
 * change every other user of pg in the process.
 */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return parseInt8;
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};
