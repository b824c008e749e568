/**
 * A value as the text of a CSV cell. Spreadsheets run a cell that begins with one of = + - @ (or a tab or carriage return
 * before it) as a formula, so such a cell gets a leading apostrophe. A reader that is no spreadsheet takes it off again.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
