import pg from 'pg';

const INT8 = 20;
const INT8_LIST = 1016;
const DATE = 1082;
const texts = pg.types.getTypeParser(INT8_LIST as number, 'text') as (text: string) => (string | null)[];

/** A bigint column as a number; one that does not fit exactly stays text, so that it is never rounded. */
function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/**
 * How columns arrive: int8 (and so `count(*)`) as a number, also in lists, date as 'YYYY-MM-DD' text (a day has no time zone), timestamptz
 * as Date, numeric as text, json and jsonb parsed. Set per connection, never on the driver: a global parser would
 * change every other user of pg in the process.
 */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return parseInt8;
    if (oid === INT8_LIST) return (text: string) => texts(text).map((one) => (one === null ? null : parseInt8(one)));
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};
