import { DvError, payloadError } from '../errors.ts';
import { readGuid } from '../ids.ts';
import type { AttributeDef, EntityDef } from '../schema/schema-types.ts';
import type { Value } from '../store/table.ts';

const NUMBERS = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money']);
const EDM: Record<string, string> = { Integer: 'Edm.Int32', BigInt: 'Edm.Int64', Decimal: 'Edm.Decimal', Money: 'Edm.Decimal', Double: 'Edm.Double', Boolean: 'Edm.Boolean', Picklist: 'Edm.Int32', State: 'Edm.Int32', Status: 'Edm.Int32', Uniqueidentifier: 'Edm.Guid' };

const mistyped = (def: EntityDef, attribute: AttributeDef, given: unknown) =>
  payloadError(def.set, `Cannot convert the literal '${String(given)}' to the expected type '${attribute.type === 'DateTime' ? (attribute.dateOnly ? 'Edm.Date' : 'Edm.DateTimeOffset') : (EDM[attribute.type] ?? 'Edm.String')}'.`);

/** A JSON value as it is stored. @throws DvError in the vendor's words */
export function convertValue(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  if (given === null || given === undefined) return null;
  switch (attribute.type) {
    case 'String':
    case 'Memo':
      return convertText(def, attribute, given);
    case 'Boolean':
      if (typeof given !== 'boolean') throw mistyped(def, attribute, given);
      return given;
    case 'DateTime':
      return convertDate(def, attribute, given);
    case 'Picklist':
    case 'State':
    case 'Status':
      return convertOption(def, attribute, given);
    case 'MultiSelectPicklist':
      return convertOptions(def, attribute, given);
    case 'Uniqueidentifier': {
      const id = readGuid(given);
      if (!id) throw mistyped(def, attribute, given);
      return id;
    }
    default:
      if (NUMBERS.has(attribute.type)) return convertNumber(def, attribute, given);
      throw payloadError(def.set, `A value for '${attribute.name}' is given by '${attribute.name}@odata.bind'.`);
  }
}

function convertText(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  if (typeof given !== 'string') throw payloadError(def.set, `An unexpected '${typeof given === 'object' ? 'StartObject' : 'PrimitiveValue'}' node was found when reading '${attribute.name}'. A value of type 'Edm.String' was expected.`);
  if (attribute.maxLength > 0 && given.length > attribute.maxLength) {
    throw new DvError(400, '0x80044331', `A validation error occurred.  The length of the '${attribute.name}' attribute of the '${def.name}' entity exceeded the maximum allowed length of '${attribute.maxLength}'.`);
  }
  return given === '' ? null : given;
}

function convertNumber(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  if (typeof given !== 'number' || !Number.isFinite(given)) throw mistyped(def, attribute, given);
  if ((attribute.type === 'Integer' || attribute.type === 'BigInt') && !Number.isInteger(given)) throw mistyped(def, attribute, given);
  if ((attribute.min !== undefined && given < attribute.min) || (attribute.max !== undefined && given > attribute.max)) {
    throw new DvError(400, '0x80044330', `A validation error occurred.  The value of '${attribute.name}' on record of type '${def.name}' is outside the valid range.`);
  }
  return given;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function convertDate(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  const text = typeof given === 'string' ? given : '';
  const fits = attribute.dateOnly ? DATE.test(text) : DATE.test(text) || DATE_TIME.test(text);
  if (!fits || Number.isNaN(Date.parse(text))) throw mistyped(def, attribute, given);
  return attribute.dateOnly ? text : new Date(text).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function outside(def: EntityDef, attribute: AttributeDef, given: unknown): DvError {
  return new DvError(400, '0x8004431a', `A validation error occurred.  The value ${String(given)} of '${attribute.name}' on record of type '${def.name}' is outside the valid range. Accepted Values: ${attribute.options.map((o) => o.value).join(',')}`);
}

function convertOption(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  if (typeof given !== 'number' || !Number.isInteger(given)) throw mistyped(def, attribute, given);
  if (!attribute.options.some((o) => o.value === given)) throw outside(def, attribute, given);
  return given;
}

function convertOptions(def: EntityDef, attribute: AttributeDef, given: unknown): Value {
  if (typeof given !== 'string') throw mistyped(def, attribute, given);
  const values = given.split(',').map((part) => part.trim()).filter((part) => part !== '');
  for (const value of values) if (!attribute.options.some((o) => String(o.value) === value)) throw outside(def, attribute, value);
  return values.length === 0 ? null : [...new Set(values)].join(',');
}
