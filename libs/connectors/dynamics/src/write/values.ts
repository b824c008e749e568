import type { WriteRow } from '@signalbox/connectors-sdk';
import { setOf } from '../objects.ts';
import type { DynamicsField } from '../read/describe.ts';
import type { Fields } from '../read/remote-record.ts';

export type DynamicsValue = string | number | boolean | null;

export interface BadValue {
  field: string;
  message: string;
}

const NUMBERS = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money']);
const WHOLE = new Set(['Integer', 'BigInt']);
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

class Unreadable extends Error {}
const named = (field: DynamicsField) => `${field.label} (${field.name})`;

function toBoolean(text: string, field: DynamicsField): boolean {
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  throw new Unreadable(`'${text}' is neither true nor false, which ${named(field)} must be.`);
}

function toNumber(text: string, field: DynamicsField): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Unreadable(`'${text}' is not a number, which ${named(field)} must be.`);
  if (WHOLE.has(field.type) && !Number.isInteger(number)) throw new Unreadable(`'${text}' is not a whole number, which ${named(field)} must be.`);
  return number;
}

/** A choice by its label, without regard to case, or by its number. */
function toChoice(text: string, field: DynamicsField): number {
  const wanted = text.trim();
  const found = field.choices.find((c) => String(c.value) === wanted) ?? field.choices.find((c) => c.label.toLowerCase() === wanted.toLowerCase());
  if (!found) throw new Unreadable(`'${text}' is not a choice of ${named(field)}. Known: ${field.choices.map((c) => c.label).slice(0, 30).join(', ')}.`);
  return found.value;
}

/** The row that a lookup leads to: an id, or `table:id` where the lookup leads to several tables. */
function toReference(text: string, field: DynamicsField): { name: string; value: string } {
  const [before, after] = text.includes(':') ? text.split(':').map((part) => part.trim()) : [undefined, text.trim()];
  const target = before ?? field.targets[0] ?? '';
  if (!field.targets.includes(target) || !after || !GUID.test(after)) throw new Unreadable(`'${text}' is not the id of a row that ${named(field)} can lead to: give the id of ${field.targets.join(' or ')}${field.targets.length > 1 ? " as 'table:id'" : ''}.`);
  return { name: `${referenceName(field, target)}@odata.bind`, value: `/${setOf(target)}(${after})` };
}

/** A lookup to several tables has a name for each, owners apart. */
const referenceName = (field: DynamicsField, target: string): string => (field.type === 'Customer' ? `${field.navigation}_${target}` : field.navigation);

function put(out: Record<string, DynamicsValue>, field: DynamicsField, text: string): void {
  if (field.targets.length > 0) {
    const reference = toReference(text, field);
    out[reference.name] = reference.value;
  } else if (field.type === 'MultiSelectPicklist') out[field.name] = text.split(';').filter((part) => part.trim() !== '').map((part) => toChoice(part, field)).join(',');
  else if (field.choices.length > 0) out[field.name] = toChoice(text, field);
  else if (field.type === 'Boolean') out[field.name] = toBoolean(text, field);
  else if (NUMBERS.has(field.type)) out[field.name] = text.trim() === '' ? null : toNumber(text, field);
  else out[field.name] = text;
}

/** A row's values as JSON wants them; Dataverse tells a missing column (left alone) from null (cleared), and so does this. */
export function jsonValues(row: WriteRow, fields: Fields): { values: Record<string, DynamicsValue>; bad?: BadValue } {
  const values: Record<string, DynamicsValue> = {};
  for (const [name, given] of Object.entries(row.values)) {
    const field = fields.get(name);
    if (given === null) values[field?.targets.length ? referenceName(field, field.targets[0]!) : name] = null;
    else if (!field) values[name] = given;
    else {
      try {
        put(values, field, given);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        return { values, bad: { field: name, message: error.message } };
      }
    }
  }
  return { values };
}
