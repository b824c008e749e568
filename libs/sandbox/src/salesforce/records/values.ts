import { parserError, rowError, type RowError } from '../errors.ts';
import { normalizeId } from '../ids.ts';
import type { FieldDef } from '../schema/schema-types.ts';
import type { Value } from '../store/row.ts';
import { parseDate, parseDateTime } from '../time.ts';

const EMAIL = /^[^\s@<>,;"()]+@[^\s@<>,;"()]+\.[^\s@<>,;"()]+$/;
/** First line of a JSON body is all that is known of a place; the vendor's own numbers vary as well. */
const AT = '[line:1, column:1]';

export type Converted = { value: Value } | { error: RowError };

function token(raw: unknown): string {
  if (Array.isArray(raw)) return 'START_ARRAY value';
  if (raw !== null && typeof raw === 'object') return 'START_OBJECT value';
  if (typeof raw === 'string') return `VALUE_STRING value ${raw}`;
  if (typeof raw === 'boolean') return raw ? 'VALUE_TRUE value true' : 'VALUE_FALSE value false';
  return `${Number.isInteger(raw) ? 'VALUE_NUMBER_INT' : 'VALUE_NUMBER_FLOAT'} value ${String(raw)}`;
}

const cannotRead = (type: string, raw: unknown) =>
  parserError(`Cannot deserialize instance of ${type} from ${token(raw)} or request may be missing a required field at ${AT}`);

/**
 * A JSON value as the field stores it. A value of the wrong JSON type refuses the whole request (the vendor's parser stops at it);
 * a value that breaks the field's own rule is an error of its row.
 */
export function convertValue(field: FieldDef, raw: unknown): Converted {
  if (raw === null || raw === undefined) return { value: null };
  switch (field.type) {
    case 'boolean':
      return { value: toBoolean(raw) };
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return toNumber(field, raw);
    case 'date':
    case 'datetime':
      return { value: toMoment(field.type, raw) };
    case 'id':
    case 'reference':
      return toReference(field, raw);
    case 'multipicklist':
      return toMultipicklist(field, raw);
    case 'address':
      throw cannotRead('address', raw);
    default:
      return toText(field, raw);
  }
}

function toBoolean(raw: unknown): boolean {
  if (typeof raw === 'boolean') return raw;
  if (typeof raw === 'string' && /^(true|false)$/i.test(raw)) return raw.toLowerCase() === 'true';
  throw cannotRead('boolean', raw);
}

function toNumber(field: FieldDef, raw: unknown): Converted {
  if (raw === '') return { value: null };
  const number = typeof raw === 'number' ? raw : typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : NaN;
  if (!Number.isFinite(number)) throw cannotRead(field.type === 'int' ? 'int' : 'double', raw);
  const outside = { error: rowError('NUMBER_OUTSIDE_VALID_RANGE', `${field.label}: value outside of valid range on numeric field: ${number}`, [field.name]) };
  if (field.type === 'int') {
    if (!Number.isInteger(number)) throw cannotRead('int', raw);
    return Math.abs(number) > 2147483647 ? outside : { value: number };
  }
  if (field.precision && Math.abs(number) >= 10 ** (field.precision - field.scale)) return outside;
  return { value: field.type === 'double' ? number : roundTo(number, field.scale) };
}

const roundTo = (n: number, scale: number) => (scale > 0 ? Math.round(n * 10 ** scale) / 10 ** scale : Math.round(n));

function toMoment(type: 'date' | 'datetime', raw: unknown): string | null {
  if (raw === '') return null;
  const parsed = typeof raw === 'string' ? (type === 'date' ? parseDate(raw) : parseDateTime(raw)) : undefined;
  if (parsed === undefined) throw cannotRead(type, raw);
  return parsed;
}

function toReference(field: FieldDef, raw: unknown): Converted {
  if (raw === '') return { value: null };
  if (typeof raw !== 'string') throw cannotRead('reference', raw);
  const id = normalizeId(raw);
  if (!id) return { error: rowError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${raw}`, [field.name]) };
  return { value: id };
}

function toMultipicklist(field: FieldDef, raw: unknown): Converted {
  if (Array.isArray(raw)) throw parserError(`Cannot deserialize instance of multipicklist from START_ARRAY value ${AT}`);
  const text = toText({ ...field, allowed: undefined }, raw);
  if ('error' in text || typeof text.value !== 'string') return text;
  const parts = [...new Set(text.value.split(';').map((p) => p.trim()).filter(Boolean))];
  const bad = parts.find((part) => field.allowed && !field.allowed.has(part));
  return bad === undefined ? { value: parts.join(';') || null } : { error: badPick(field, bad) };
}

const badPick = (field: FieldDef, value: string) =>
  rowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${field.label}: bad value for restricted picklist field: ${value}`, [field.name]);

function toText(field: FieldDef, raw: unknown): Converted {
  if (typeof raw !== 'string' && typeof raw !== 'number') throw cannotRead(field.type === 'textarea' ? 'string' : field.type, raw);
  const text = String(raw).trim();
  if (text === '') return { value: null };
  if (field.length > 0 && text.length > field.length) {
    return { error: rowError('STRING_TOO_LONG', `${field.label}: data value too large: ${text} (max length=${field.length})`, [field.name]) };
  }
  if (field.allowed && !field.allowed.has(text)) return { error: badPick(field, text) };
  if (field.type === 'email' && !EMAIL.test(text)) {
    return { error: rowError('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, [field.name]) };
  }
  return { value: text };
}
