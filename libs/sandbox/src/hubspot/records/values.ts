import type { PropertyProblem } from '../errors.ts';
import type { PropertyDef } from '../schema/schema-types.ts';

const LONGEST = 65_536;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Converted = { value: string } | { problem: PropertyProblem };

/** Milliseconds since the epoch of a date as the API takes it: those as text, or ISO 8601. */
export function instant(text: string): number | undefined {
  const ms = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A value as it is kept; an empty text clears. `allowed` are the options, when they are not the property's own. */
export function convertValue(def: PropertyDef, raw: unknown, before: string | undefined, allowed?: readonly string[]): Converted {
  const text = raw === null || raw === undefined ? '' : String(raw);
  const bad = (error: string, message: string): Converted => ({ problem: { name: def.name, error, message } });
  if (text === '') return { value: '' };
  if (text.length > LONGEST) return bad('PROPERTY_VALUE_TOO_LONG', `The value of "${def.name}" is longer than ${LONGEST} characters.`);
  switch (def.type) {
    case 'number':
      return Number.isFinite(Number(text)) && text.trim() !== '' ? { value: text.trim() } : bad('INVALID_INTEGER', `${text} was not a valid number.`);
    case 'bool':
      return /^(true|false)$/i.test(text) ? { value: text.toLowerCase() } : bad('INVALID_OPTION', `${text} was not one of the allowed options: [true, false]`);
    case 'date':
    case 'datetime':
      return convertDate(def, text, bad);
    case 'enumeration':
      return convertOption(def, text, before, allowed, bad);
    default:
      return def.name === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? bad('INVALID_EMAIL', `Email address ${text} is invalid`) : { value: def.name === 'email' ? text.trim().toLowerCase() : text };
  }
}

function convertDate(def: PropertyDef, text: string, bad: (error: string, message: string) => Converted): Converted {
  const ms = instant(text);
  if (ms === undefined || !Number.isFinite(new Date(ms).getTime())) return bad(def.type === 'date' ? 'INVALID_DATE' : 'INVALID_LONG', `${text} was not a valid ${def.type === 'date' ? 'date' : 'long'}.`);
  if (def.type === 'datetime') return { value: new Date(ms).toISOString() };
  if (!DAY.test(text) && ms % 86_400_000 !== 0) return bad('INVALID_DATE', `${text} is at ${new Date(ms).toISOString().slice(11)}, not midnight!`);
  return { value: new Date(ms).toISOString().slice(0, 10) };
}

/** Several values are joined by semicolons; a leading one adds to what is there. */
function convertOption(def: PropertyDef, text: string, before: string | undefined, allowed: readonly string[] | undefined, bad: (error: string, message: string) => Converted): Converted {
  const options = allowed ?? def.options.map((o) => o.value);
  const many = def.fieldType === 'checkbox';
  const given = many ? text.split(';').map((v) => v.trim()).filter(Boolean) : [text];
  const odd = given.find((v) => !options.includes(v));
  if (odd !== undefined) return bad('INVALID_OPTION', `${odd} was not one of the allowed options: [${options.join(', ')}]`);
  const kept = many && text.startsWith(';') ? (before?.split(';') ?? []) : [];
  return { value: [...new Set([...kept, ...given])].join(';') };
}
