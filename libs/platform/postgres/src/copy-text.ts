/** One row for COPY: a value per column. Date, Uint8Array (bytea) and objects (as JSON) are written so that PostgreSQL reads them back. */
export type CopyRow = readonly unknown[];

const PIECE = 64 * 1024;
const SPECIAL = /[\\\b\f\n\r\t\v]/g;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** A value in COPY's text format. */
export function copyValue(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(SPECIAL, (c) => ESCAPES[c]!);
}

/** Rows as COPY text in pieces of about 64 KB: a write per row would cost more than the rows. */
export async function* copyLines(rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): AsyncGenerator<string> {
  let piece = '';
  for await (const row of rows) {
    piece += `${row.map(copyValue).join('\t')}\n`;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
