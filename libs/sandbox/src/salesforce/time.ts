/** Datetimes are kept as the text the API sends, always in UTC, so that they sort as plain strings. */
export const formatDateTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** Salesforce keeps audit fields to the second: records written together share one SystemModstamp. */
export const toWholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

export function parseDate(text: string): string | undefined {
  const match = DATE.exec(text.slice(0, 10));
  if (!match || (text.length > 10 && !DATE_TIME.test(text))) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(ms).toISOString().slice(0, 10) === match[0] ? match[0] : undefined;
}

/** Any ISO 8601 datetime (or date) as stored text; undefined when it is none. */
export function parseDateTime(text: string): string | undefined {
  if (DATE.test(text)) return parseDate(text) && `${text}T00:00:00.000+0000`;
  const match = DATE_TIME.exec(text);
  if (!match || !parseDate(match[1] ?? '')) return undefined;
  const zone = (match[3] ?? 'Z').toUpperCase();
  const iso = `${match[1]}T${match[2]}${zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`}`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : formatDateTime(ms);
}

export const toMs = (stored: string): number => Date.parse(stored.length === 10 ? `${stored}T00:00:00Z` : stored.replace('+0000', 'Z'));

/** HTTP-style stamp that `issued_at` and cookies use. */
export const secondsFrom = (ms: number): number => Math.floor(ms / 1000);
