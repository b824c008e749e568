import { rowError, type RowError } from '../errors.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import { isDeleted, type Row, type Values } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import type { WriteMode } from './input.ts';

/** On create every required field must be there; on update none may be emptied. */
export function checkRequired(def: ObjectDef, values: Values, mode: WriteMode): RowError | undefined {
  const empty = (name: string) => values[name] === undefined || values[name] === null;
  const missing = mode === 'create'
    ? def.required.filter((f) => empty(f.name)).map((f) => f.name)
    : Object.keys(values).filter((name) => values[name] === null && def.byName.get(name.toLowerCase())?.nillable === false);
  if (missing.length === 0) return undefined;
  return rowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
}

/** A reference must be of an object the field may point at, and that record must be there. */
export function checkReferences(store: Store, def: ObjectDef, values: Values): RowError | undefined {
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (typeof value !== 'string') continue;
    const field = def.byName.get(name.toLowerCase());
    if (field?.type !== 'reference') continue;
    const targets = field.referenceTo.map((to) => store.schema.find(to)).filter((t) => t !== undefined);
    if (targets.length === 0) continue;
    const target = targets.find((t) => value.startsWith(t.keyPrefix));
    if (!target) return rowError('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${value}`, [field.name]);
    const row = store.table(target).get(value);
    if (!row) return rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
    if (isDeleted(row)) return rowError('ENTITY_IS_DELETED', 'entity is deleted', []);
  }
  return undefined;
}

/** Unique fields, with or without regard to case as the field says. Records in the recycle bin do not count. */
export function checkUnique(store: Store, def: ObjectDef, values: Values, self?: Row): RowError | undefined {
  for (const field of def.fields) {
    if (!field.unique) continue;
    const value = values[field.name];
    if (value === undefined || value === null) continue;
    const other = store.table(def).lookup(field, value).find((row) =>
      row !== self && !isDeleted(row) && (!field.caseSensitive || row.values[field.name] === value));
    if (other) {
      const message = `duplicate value found: ${field.name} duplicates value on record with id: ${other.id.slice(0, 15)}`;
      return rowError('DUPLICATE_VALUE', message, []);
    }
  }
  return undefined;
}

/** Values the platform works out: a person's full name, an opportunity's state, the defaults. */
export function derive(store: Store, def: ObjectDef, values: Values, before?: Values): Values {
  const out: Values = { ...values };
  if (!before) {
    for (const field of def.fields) {
      if (out[field.name] === undefined && field.defaultedOnCreate && field.defaultValue !== null) out[field.name] = field.defaultValue;
    }
    if (def.byName.has('ownerid') && !out.OwnerId) out.OwnerId = store.userId;
  }
  const at = (name: string) => (out[name] === undefined ? before?.[name] : out[name]);
  const name = def.byName.get('name');
  if (name && !name.createable && def.byName.has('lastname')) {
    out.Name = [at('FirstName'), at('LastName')].filter(Boolean).join(' ');
  }
  if (def.name === 'Opportunity') {
    out.IsClosed = /^Closed /.test(String(at('StageName')));
    out.IsWon = at('StageName') === 'Closed Won';
  }
  return out;
}
