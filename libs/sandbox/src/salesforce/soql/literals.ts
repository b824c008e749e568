import { SfError } from '../errors.ts';
import { normalizeId } from '../ids.ts';
import type { FieldDef } from '../schema/schema-types.ts';
import type { Value } from '../store/row.ts';
import { formatDateTime, parseDate, parseDateTime } from '../time.ts';
import { dateLiteral } from './date-literals.ts';
import { malformed } from './parse.ts';

/** What a condition compares with: a value, or a span of days `[from, to)` as stored text. */
export type Operand = { value: Value } | { from: string; to: string };

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const STRINGS = new Set(['string', 'textarea', 'picklist', 'multipicklist', 'combobox', 'email', 'phone', 'url', 'encryptedstring', 'address']);
const NUMBERS = new Set(['int', 'double', 'currency', 'percent']);

/** The text of a quoted literal. In LIKE patterns `\_` and `\%` stay escaped for the pattern to see. */
export const unquote = (literal: string, pattern = false): string =>
  literal.replace(/^'|'$/g, '').replace(/\\(.)/gs, (whole, c: string) => (pattern && (c === '_' || c === '%') ? whole : (ESCAPES[c] ?? c)));

const wrongType = (field: FieldDef, quoted: boolean) => {
  const type = field.type === 'datetime' ? 'dateTime' : STRINGS.has(field.type) ? 'string' : field.type;
  return new SfError(400, 'INVALID_FIELD', `value of filter criterion for field '${field.name}' must be of type ${type} and should ${quoted ? '' : 'not '}be enclosed in quotes`);
};

/** Reads one literal for the field it is compared with, or refuses it as Salesforce does. */
export function operand(field: FieldDef, literal: string, type: string | undefined, text: string, now: number): Operand {
  if (type === 'NULL' || /^null$/i.test(literal)) return { value: null };
  if (type === 'STRING') return { value: quotedValue(field, unquote(literal)) };
  if (field.type === 'id' || field.type === 'reference' || STRINGS.has(field.type)) throw wrongType(field, true);
  if (type === 'DATE_LITERAL' || type === 'DATE_N_LITERAL') return literalRange(field, literal, text, now);
  return { value: plainValue(field, literal, type) };
}

function quotedValue(field: FieldDef, value: string): Value {
  if (STRINGS.has(field.type)) return value;
  if (field.type !== 'id' && field.type !== 'reference') throw wrongType(field, false);
  if (value === '') return null;
  const id = normalizeId(value);
  if (!id) throw new SfError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${value}`);
  return id;
}

function plainValue(field: FieldDef, literal: string, type: string | undefined): Value {
  if (field.type === 'boolean' && type === 'BOOLEAN') return literal.toUpperCase() === 'TRUE';
  if (NUMBERS.has(field.type) && (type === 'INTEGER' || type === 'DECIMAL')) return Number(literal);
  if (field.type === 'date' && type === 'DATE') return parseDate(literal) ?? badDate(literal);
  if (field.type === 'datetime' && type === 'DATETIME') return parseDateTime(literal) ?? badDate(literal);
  throw wrongType(field, false);
}

const badDate = (literal: string): never => {
  throw new SfError(400, 'MALFORMED_QUERY', `invalid date literal: ${literal}`);
};

function literalRange(field: FieldDef, literal: string, text: string, now: number): Operand {
  if (field.type !== 'date' && field.type !== 'datetime') throw wrongType(field, false);
  const range = dateLiteral(literal, now);
  if (!range) throw malformed(text, `unexpected token: '${literal}'`, literal);
  const shown = (ms: number) => (field.type === 'date' ? formatDateTime(ms).slice(0, 10) : formatDateTime(ms));
  return { from: shown(range.from), to: shown(range.to) };
}
