import soql, { type Query } from 'soql-parser-js';
import { SfError } from '../errors.ts';

const CACHE_ENTRIES = 200;
const CACHE_TEXT = 4_000;
/** SOQL statements may have up to 100 000 characters. */
const MAX_SOQL = 100_000;
const cache = new Map<string, Query>();

/** A refusal as Salesforce words it: the text, a caret under the place, and the reason. */
export function queryError(code: string, text: string, place: string | undefined, reason: string): SfError {
  const at = place === undefined ? -1 : findWord(text, place);
  if (at < 0) return new SfError(400, code, reason);
  const before = text.slice(Math.max(0, at - 40), at);
  const shown = before + text.slice(at, at + Math.max(40, place?.length ?? 0));
  return new SfError(400, code, `\n${shown}\n${' '.repeat(before.length)}^\nERROR at Row:1:Column:${at + 1}\n${reason}`);
}

function findWord(text: string, word: string): number {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.search(new RegExp(`(?<![\\w.])${escaped}(?![\\w])`, 'i'));
}

export const invalidField = (text: string, place: string, entity: string) =>
  queryError('INVALID_FIELD', text, place, `No such column '${place.split('.').pop()}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`);

export const malformed = (text: string, reason: string, place?: string) => queryError('MALFORMED_QUERY', text, place, reason);

/** The query as a tree. Queries without lists come again and again, so short ones are remembered. */
export function parseSoql(text: string): Query {
  const known = cache.get(text);
  if (known) return known;
  if (text.length > MAX_SOQL) throw new SfError(400, 'MALFORMED_QUERY', 'SOQL statements cannot be longer than 100000 characters.');
  const parsed = parse(text);
  if (text.length <= CACHE_TEXT) {
    if (cache.size >= CACHE_ENTRIES) cache.delete(cache.keys().next().value as string);
    cache.set(text, parsed);
  }
  return parsed;
}

function parse(text: string): Query {
  try {
    return soql.parseQuery(text);
  } catch (error) {
    throw explain(text, error);
  }
}

function explain(text: string, error: unknown): SfError {
  const token = (error as { token?: { image?: string; startOffset?: number } }).token;
  if (text.trim() === '') return new SfError(400, 'MALFORMED_QUERY', "unexpected token: '<EOF>'");
  if (!token?.image || token.startOffset === undefined || Number.isNaN(token.startOffset)) {
    const found = /found(?:: | --> )'([^']*)'/.exec((error as Error).message)?.[1];
    return malformed(text, `unexpected token: '${found || '<EOF>'}'`, found || undefined);
  }
  return malformed(text, `unexpected token: '${token.image}'`, token.image);
}
