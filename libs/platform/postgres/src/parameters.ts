/**
 * A value as a `jsonb` parameter. pg turns a JavaScript array into a PostgreSQL array, so JSON must be text by the time
 * it reaches the driver: `query('insert into t (rules) values ($1::jsonb)', [jsonb(rules)])`. `undefined` becomes NULL.
 */
export function jsonb(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** A name (schema, table, channel, database) quoted for use inside SQL text. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text for LIKE and ILIKE in which `%` and `_` stand for themselves. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
