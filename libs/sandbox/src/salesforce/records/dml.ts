import { rowError, type RowError } from '../errors.ts';
import { normalizeId } from '../ids.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { isDeleted, type Row, type Value, type Values } from '../store/row.ts';
import type { Store } from '../store/store.ts';
import { noSuchColumn, type ReadInput } from './input.ts';
import { checkReferences, checkRequired, checkUnique, derive } from './rules.ts';

export interface DuplicateMatch {
  object: string;
  rule: string;
  rows: Row[];
  allowSave: boolean;
}

export interface RowResult {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: RowError[];
  /** Set on DUPLICATES_DETECTED; only a single-record call may show it. */
  duplicate?: DuplicateMatch;
}

/** What a write would be refused for beyond the schema: the faults that are switched on. */
export interface WriteGuard {
  /** `values` is the record as it would be after the write. `existing` is undefined for a create. */
  check(write: { def: ObjectDef; values: Values; existing?: Row; before: number; allowSave: boolean }): { error: RowError; duplicate?: DuplicateMatch } | undefined;
}

export interface DmlContext {
  store: Store;
  guard: WriteGuard;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  allowSave: boolean;
  /** Rows created at or after this position belong to the same request: duplicate rules do not compare them. */
  before: number;
}

const failed = (error: RowError, extra: Partial<RowResult> = {}): RowResult => ({ success: false, errors: [error], ...extra });

export function createRow(ctx: DmlContext, def: ObjectDef, read: ReadInput): RowResult {
  const { store } = ctx;
  if (!def.createable) return failed(rowError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be inserted: ${def.label}`));
  const early = readProblem(def, read) ?? checkRequired(def, read.values, 'create');
  if (early) return failed(early);
  const values = derive(store, def, read.values);
  const problem = checkReferences(store, def, values) ?? checkUnique(store, def, values);
  if (problem) return failed(problem);
  const refused = ctx.guard.check({ def, values, before: ctx.before, allowSave: ctx.allowSave });
  if (refused) return failed(refused.error, { duplicate: refused.duplicate });
  const row = store.insert(def, values);
  return { id: row.id, success: true, errors: [], created: true };
}

/** The row to change, or why it cannot be: malformed, unknown, or in the recycle bin. */
export function findForWrite(store: Store, def: ObjectDef, id: unknown): { row: Row } | { error: RowError } {
  if (id === undefined || id === null || id === '') return { error: rowError('MISSING_ARGUMENT', 'Id not specified in an update call', ['Id']) };
  const full = typeof id === 'string' ? normalizeId(id) : undefined;
  if (!full || !full.startsWith(def.keyPrefix)) {
    return { error: rowError('MALFORMED_ID', `${def.label} ID: id value of incorrect type: ${String(id)}`, ['Id']) };
  }
  const row = store.table(def).get(full);
  if (!row) return { error: rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []) };
  return isDeleted(row) ? { error: rowError('ENTITY_IS_DELETED', 'entity is deleted', []) } : { row };
}

export function updateRow(ctx: DmlContext, def: ObjectDef, row: Row, read: ReadInput): RowResult {
  const { store } = ctx;
  const id = row.id;
  if (def.name === 'Lead' && row.values['IsConverted'] === true) return failed(rowError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []), { id });
  const early = readProblem(def, read) ?? checkRequired(def, read.values, 'update');
  if (early) return failed(early, { id });
  const changes = derive(store, def, read.values, row.values);
  const problem = checkReferences(store, def, read.values) ?? checkUnique(store, def, read.values, row);
  if (problem) return failed(problem, { id });
  const refused = ctx.guard.check({ def, values: { ...row.values, ...changes }, existing: row, before: ctx.before, allowSave: ctx.allowSave });
  if (refused) return failed(refused.error, { id, duplicate: refused.duplicate });
  store.update(def, row, changes);
  return { id, success: true, errors: [], created: false };
}

export function deleteRow(ctx: DmlContext, def: ObjectDef, row: Row): RowResult {
  if (!def.deletable) return failed(rowError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id', []), { id: row.id });
  const refused = ctx.guard.check({ def, values: row.values, existing: row, before: ctx.before, allowSave: true });
  if (refused) return failed(refused.error, { id: row.id });
  ctx.store.setDeleted(def, row, true);
  for (const child of childrenOf(ctx.store, def, row)) ctx.store.setDeleted(child.def, child.row, true);
  return { id: row.id, success: true, errors: [] };
}

/** Contacts and opportunities go into the recycle bin with their account. */
function childrenOf(store: Store, def: ObjectDef, row: Row): { def: ObjectDef; row: Row }[] {
  if (def.name !== 'Account') return [];
  const taken = store.schema.children(def.name).filter(({ child, field }) => ['Contact', 'Opportunity'].includes(child.name) && field.name === 'AccountId');
  return taken.flatMap(({ child, field }) => store.table(child).lookup(field, row.id).filter((one) => !isDeleted(one)).map((one) => ({ def: child, row: one })));
}

/** Live records with this external id. */
export function findByExternalId(store: Store, def: ObjectDef, field: FieldDef, value: Value): Row[] {
  if (field.type === 'id') {
    const row = typeof value === 'string' ? store.table(def).get(normalizeId(value) ?? '') : undefined;
    return row && !isDeleted(row) ? [row] : [];
  }
  return store.table(def).lookup(field, value).filter((row) => !isDeleted(row) && (!field.caseSensitive || row.values[field.name] === value));
}

function readProblem(def: ObjectDef, read: ReadInput): RowError | undefined {
  if (read.unknown !== undefined) return rowError('INVALID_FIELD', noSuchColumn(def, read.unknown), [read.unknown]);
  return read.errors[0];
}
