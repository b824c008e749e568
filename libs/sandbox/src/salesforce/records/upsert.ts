import { rowError, type RowError } from '../errors.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { createRow, findByExternalId, updateRow, type DmlContext, type RowResult } from './dml.ts';
import type { JsonRecord, ReadInput } from './input.ts';
import type { convertValue } from './values.ts';

const failure = (error: RowError): RowResult => ({ success: false, errors: [error] });

/** A member of a record by any case of its name. */
export const member = (record: JsonRecord, name: string): unknown => {
  const lower = name.toLowerCase();
  return record[name] ?? record[Object.keys(record).find((k) => k.toLowerCase() === lower) ?? ''];
};

/** One row of an upsert: `seen` holds the keys that the request has named already. */
export function upsertRow(dml: DmlContext, field: FieldDef, { def, record }: { def: ObjectDef; record: JsonRecord }, key: ReturnType<typeof convertValue>, read: ReadInput, seen: Set<string>): RowResult {
  if ('error' in key) return failure(key.error);
  if (field.type !== 'id' && member(record, 'Id')) {
    return failure(rowError('INVALID_FIELD', `cannot specify both an external ID reference ${field.name} and a salesforce id, Id`, []));
  }
  if (key.value === null) {
    if (field.type === 'id') return createRow(dml, def, read);
    return failure(rowError('MISSING_ARGUMENT', `${field.name} not specified`, []));
  }
  const folded = String(key.value).toLowerCase();
  if (seen.has(folded)) return failure(rowError('DUPLICATE_VALUE', `Duplicate external id specified: ${String(key.value)}`, [field.name]));
  seen.add(folded);
  const rows = findByExternalId(dml.store, def, field, key.value);
  if (rows.length > 1) return failure(rowError('DUPLICATE_EXTERNAL_ID', `${field.name}: more than one record found for external id field: [${rows.map((r) => r.id).join(', ')}]`, [field.name]));
  if (rows[0]) return updateRow(dml, def, rows[0], read);
  if (field.type === 'id') return failure(rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []));
  return createRow(dml, def, { ...read, values: { ...read.values, [field.name]: key.value } });
}
