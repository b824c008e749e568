import { rowError, SfError, type RowError } from '../errors.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { isDeleted, type Values } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import { convertValue } from './values.ts';

export type JsonRecord = Record<string, unknown>;
export type WriteMode = 'create' | 'update';

/** A record as sent, read against the schema. `unknown` names the first member that is no field. */
export interface ReadInput {
  values: Values;
  errors: RowError[];
  unknown?: string;
}

export const noSuchColumn = (def: ObjectDef, name: string) => `No such column '${name}' on sobject of type ${def.name}`;

export const isJsonRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Turns a JSON record into stored values; `skip` holds lower-case names the caller has already dealt with. */
export function readInput(store: Store, def: ObjectDef, input: JsonRecord, mode: WriteMode, skip: ReadonlySet<string> = new Set()): ReadInput {
  const read: ReadInput = { values: {}, errors: [] };
  const locked: string[] = [];
  for (const name of Object.keys(input)) {
    if (name === 'attributes') continue;
    const lower = name.toLowerCase();
    if (skip.has(lower)) continue;
    const raw = input[name];
    const field = def.byName.get(lower);
    if (!field) {
      readRelationship(store, def, name, raw, read);
      continue;
    }
    if (mode === 'create' ? !field.createable : !field.updateable) {
      locked.push(field.name);
      continue;
    }
    const converted = convertValue(field, raw);
    if ('error' in converted) read.errors.push(converted.error);
    else read.values[field.name] = converted.value;
  }
  if (locked.length) read.errors.unshift(lockedError(locked, mode));
  return read;
}

function lockedError(names: string[], mode: WriteMode): RowError {
  if (mode === 'create' && names.includes('Id')) return rowError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
  return rowError(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    names,
  );
}

/** `"Parent": {"Signalbox_Id__c": "x"}` points at a record by its external id. */
function readRelationship(store: Store, def: ObjectDef, name: string, raw: unknown, read: ReadInput): void {
  const field = def.byRelationship.get(name.toLowerCase());
  if (!field || !isJsonRecord(raw)) {
    read.unknown ??= name;
    return;
  }
  const target = referredObject(store, field, raw);
  const pair = Object.entries(raw).find(([key]) => key !== 'attributes');
  const key = pair && target?.byName.get(pair[0].toLowerCase());
  if (!target || !pair || !key || !key.idLookup) {
    read.errors.push(rowError('INVALID_FIELD', `Cannot reference a foreign key field ${name}.${pair?.[0] ?? ''}.`, []));
    return;
  }
  const rows = store.table(target).lookup(key, pair[1] as string).filter((r) => !isDeleted(r));
  if (rows.length === 1 && rows[0]) read.values[field.name] = rows[0].id;
  else if (rows.length === 0) {
    read.errors.push(rowError('INVALID_FIELD', `Foreign key external ID: ${String(pair[1])} not found for field ${key.name} in entity ${target.name}`, []));
  } else read.errors.push(rowError('INVALID_FIELD', `More than one record found for external id field ${key.name}`, []));
}

function referredObject(store: Store, field: FieldDef, raw: JsonRecord): ObjectDef | undefined {
  const named = isJsonRecord(raw.attributes) && typeof raw.attributes.type === 'string' ? raw.attributes.type : field.referenceTo[0];
  return named ? store.schema.find(named) : undefined;
}

/** For calls that write one record: an unknown member refuses the request. */
export function refuseUnknown(def: ObjectDef, read: ReadInput): void {
  if (read.unknown !== undefined) throw new SfError(400, 'INVALID_FIELD', noSuchColumn(def, read.unknown));
}
