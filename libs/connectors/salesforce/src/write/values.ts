import type { FieldDescription, WriteRow } from '@signalbox/connectors-sdk';

export type SalesforceValue = string | number | boolean | null;

export interface BadValue {
  field: string;
  message: string;
}

const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent']);

function convert(text: string, field: FieldDescription): SalesforceValue | BadValue {
  if (field.type === 'boolean') {
    if (/^(true|1|yes)$/i.test(text)) return true;
    if (/^(false|0|no)$/i.test(text)) return false;
    return { field: field.name, message: `'${text}' is neither true nor false, which ${field.label} (${field.name}) must be.` };
  }
  if (!NUMBERS.has(field.type)) return text;
  if (text.trim() === '') return null;
  const number = Number(text);
  if (field.type === 'int' && Number.isFinite(number) && !Number.isInteger(number)) return { field: field.name, message: `'${text}' is not a whole number, which ${field.label} (${field.name}) must be.` };
  return Number.isFinite(number) ? number : { field: field.name, message: `'${text}' is not a number, which ${field.label} (${field.name}) must be.` };
}

const isBadValue = (value: SalesforceValue | BadValue): value is BadValue => typeof value === 'object' && value !== null;

/** A row's values as JSON wants them; Salesforce tells a missing field (left alone) from null (cleared), and so does this. */
export function jsonValues(row: WriteRow, fields: ReadonlyMap<string, FieldDescription>): { values: Record<string, SalesforceValue>; bad?: BadValue } {
  const out: Record<string, SalesforceValue> = {};
  for (const [name, given] of Object.entries(row.values)) {
    const field = fields.get(name);
    const value = given === null || !field ? given : convert(given, field);
    if (isBadValue(value)) return { values: out, bad: value };
    out[name] = value;
  }
  return { values: out };
}
