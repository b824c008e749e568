import { notFound, parserError, rowError, SfError, type RowError } from '../errors.ts';
import { countRow, duplicateRuleHeader, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { normalizeId } from '../ids.ts';
import { createRow, deleteRow, findByExternalId, findForWrite, updateRow, type DmlContext, type RowResult } from '../records/dml.ts';
import { isJsonRecord, noSuchColumn, readInput, type JsonRecord, type ReadInput, type WriteMode } from '../records/input.ts';
import { convertValue } from '../records/values.ts';
import { member, upsertRow } from '../records/upsert.ts';
import { viewRecord } from '../records/view.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { isDeleted } from '../store/row.ts';
import { objectOr404 } from './describe.ts';

/** Limits of the sObject Collections resource (REST guide). */
const MAX_ROWS = 200;
const MAX_RETRIEVE = 2000;
const MAX_CHUNKS = 10;

interface Item {
  def: ObjectDef;
  record: JsonRecord;
}

type Outcome = Omit<RowResult, 'duplicate'>;

const tooMany = () => new SfError(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MAX_ROWS} records into this call`);
const failure = (error: RowError, id?: string): Outcome => ({ ...(id ? { id } : {}), success: false, errors: [error] });

function readBody(request: RestRequest, type?: ObjectDef): { items: Item[]; allOrNone: boolean } {
  const { body, org } = request;
  if (!isJsonRecord(body)) throw parserError('The HTTP entity body is required, but this request has no entity body.');
  const { records } = body;
  if (!Array.isArray(records)) throw new SfError(400, 'JSON_PARSER_ERROR', 'The request body must have a list "records".');
  if (records.length > MAX_ROWS) throw tooMany();
  const items = records.map((record: unknown): Item => {
    if (!isJsonRecord(record)) throw parserError('Each of the records must be an object.');
    const named = isJsonRecord(record.attributes) ? record.attributes.type : undefined;
    if (typeof named !== 'string' && !type) throw new SfError(400, 'INVALID_TYPE', 'attributes.type is missing on a record.');
    const def = typeof named === 'string' ? org.schema.find(named) : type;
    if (!def) throw new SfError(400, 'INVALID_TYPE', `sObject type '${String(named)}' is not supported.`);
    return { def, record };
  });
  const chunks = items.filter((item, i) => item.def !== items[i - 1]?.def).length;
  if (chunks > MAX_CHUNKS) throw new SfError(400, 'LIMIT_EXCEEDED', `Cannot have more than ${MAX_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`);
  return { items, allOrNone: body.allOrNone === true || body.allOrNone === 'true' };
}

/** All rows are read before any is written: a value that the parser cannot take refuses the whole request. */
function readAll(request: RestRequest, items: Item[], mode: (i: number) => WriteMode, skip?: ReadonlySet<string>): ReadInput[] {
  return items.map((item, i) => {
    const read = readInput(request.org.store, item.def, item.record, mode(i), skip);
    if (read.unknown !== undefined && request.org.settings.unknownFieldFailsRequest) throw new SfError(400, 'INVALID_FIELD', noSuchColumn(item.def, read.unknown));
    return read;
  });
}

const ROLLED_BACK = rowError('ALL_OR_NONE_OPERATION_ROLLED_BACK', 'Record rolled back because not all records were valid and the request was using AllOrNone header', []);

/** Writes row by row; with allOrNone one failure takes all of them back and marks the others so. */
function runRows(request: RestRequest, count: number, allOrNone: boolean, kind: 'write' | 'delete', write: (i: number) => RowResult): RowResult[] {
  const { org } = request;
  const results = org.store.transaction(() => {
    const rows = Array.from({ length: count }, (_, i) => write(i));
    return { keep: !(allOrNone && rows.some((r) => !r.success)), result: rows };
  });
  const undone = allOrNone && results.some((r) => !r.success);
  const final = undone ? results.map((r): RowResult => (r.success ? { id: undefined, success: false, errors: [ROLLED_BACK], created: r.created } : r)) : results;
  for (const result of final) countRow(org, result, kind);
  return final;
}

/** Rows as the answer shows them: a failed create has no id, `created` belongs to upserts only. */
const show = (result: RowResult, withCreated = false): Outcome => ({
  ...(result.id ? { id: result.id } : {}), success: result.success, errors: result.errors, ...(withCreated ? { created: result.created ?? false } : {}),
});

const dmlOf = (request: RestRequest): DmlContext => request.org.dml(duplicateRuleHeader(request).allowSave);

function create(request: RestRequest): Reply {
  const { items, allOrNone } = readBody(request);
  const reads = readAll(request, items, () => 'create');
  const dml = dmlOf(request);
  const results = runRows(request, items.length, allOrNone, 'write', (i) => createRow(dml, (items[i] as Item).def, reads[i] as ReadInput));
  return ok(results.map((r) => show(r)));
}

const ID = new Set(['id']);
function update(request: RestRequest): Reply {
  const { items, allOrNone } = readBody(request);
  const reads = readAll(request, items, () => 'update', ID);
  const dml = dmlOf(request);
  const results = runRows(request, items.length, allOrNone, 'write', (i) => {
    const { def, record } = items[i] as Item;
    const found = findForWrite(request.org.store, def, member(record, 'id') ?? member(record, 'Id'));
    return 'error' in found ? { id: idOf(record), success: false, errors: [found.error] } : updateRow(dml, def, found.row, reads[i] as ReadInput);
  });
  return ok(results.map((r) => show(r)));
}

const idOf = (record: JsonRecord): string | undefined => {
  const id = member(record, 'Id');
  return typeof id === 'string' ? (normalizeId(id) ?? id) : undefined;
};

function upsert(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const field = def.byName.get((request.params.field ?? '').toLowerCase());
  if (!field || !(field.externalId || field.idLookup || field.type === 'id')) throw notFound(`Provided external ID field does not exist or is not accessible: ${request.params.field ?? ''}`);
  const { items, allOrNone } = readBody(request, def);
  if (items.some((item) => item.def !== def)) throw new SfError(400, 'INVALID_TYPE', `All records must be of type ${def.name}.`);
  const { store } = request.org;
  const keys = items.map(({ record }) => convertValue(field, member(record, field.name) ?? null));
  const targets = keys.map((key) => ('value' in key && key.value !== null ? findByExternalId(store, def, field, key.value) : []));
  const skip = new Set(field.type === 'id' ? ['id'] : ['id', field.name.toLowerCase()]);
  const reads = readAll(request, items, (i) => (targets[i]?.length ? 'update' : 'create'), skip);
  const dml = dmlOf(request);
  const seen = new Set<string>();
  const results = runRows(request, items.length, allOrNone, 'write', (i) => upsertRow(dml, field, items[i] as Item, keys[i] as ReturnType<typeof convertValue>, reads[i] as ReadInput, seen));
  return ok(results.map((r) => show(r, true)));
}

function remove(request: RestRequest): Reply {
  const ids = (request.query.get('ids') ?? '').split(',').map((id) => id.trim()).filter(Boolean);
  if (ids.length === 0) throw new SfError(400, 'REQUIRED_FIELD_MISSING', 'The "ids" parameter is missing.');
  if (ids.length > MAX_ROWS) throw tooMany();
  const dml = dmlOf(request);
  const { org } = request;
  const results = runRows(request, ids.length, request.query.get('allOrNone') === 'true', 'delete', (i): RowResult => {
    const id = ids[i] as string;
    const def = org.schema.byPrefix(id.slice(0, 3));
    if (!def) return { id, ...failure(rowError('MALFORMED_ID', `malformed id ${id}`, [])) };
    const found = findForWrite(org.store, def, id);
    return 'error' in found ? { id: normalizeId(id) ?? id, success: false, errors: [found.error] } : deleteRow(dml, def, found.row);
  });
  return ok(results.map((r) => show(r)));
}

/** GET with `ids` and `fields` in the URL, or POST with them in the body: records in order, null where there is none. */
function retrieve(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const body = isJsonRecord(request.body) ? request.body : {};
  const list = (name: 'ids' | 'fields'): string[] =>
    request.method === 'GET' ? (request.query.get(name) ?? '').split(',').map((s) => s.trim()).filter(Boolean) : Array.isArray(body[name]) ? (body[name] as unknown[]).map(String) : [];
  const ids = list('ids');
  const names = list('fields');
  if (ids.length > MAX_RETRIEVE) throw new SfError(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MAX_RETRIEVE} records into this call`);
  if (names.length === 0) throw new SfError(400, 'REQUIRED_FIELD_MISSING', 'The "fields" parameter is missing.');
  const fields = names.map((name) => {
    const field = def.byName.get(name.toLowerCase());
    if (!field) throw new SfError(400, 'INVALID_FIELD', noSuchColumn(def, name));
    return field;
  });
  const shown = fields.some((f) => f.name === 'Id') ? fields : [...fields, def.byName.get('id') as FieldDef];
  const table = request.org.store.table(def);
  return ok(ids.map((written) => {
    const id = normalizeId(written);
    if (!id) throw new SfError(400, 'MALFORMED_ID', `malformed id ${written}`);
    const row = table.get(id);
    return row && !isDeleted(row) ? viewRecord(def, row, request.version, shown) : null;
  }));
}

export const collectionRoutes: Route[] = [
  { method: 'POST', pattern: 'composite/sobjects', operation: 'collections.create', handler: create },
  { method: 'PATCH', pattern: 'composite/sobjects', operation: 'collections.update', handler: update },
  { method: 'DELETE', pattern: 'composite/sobjects', operation: 'collections.delete', handler: remove },
  { method: 'PATCH', pattern: 'composite/sobjects/:type/:field', operation: 'collections.upsert', handler: upsert },
  { method: 'POST', pattern: 'composite/sobjects/:type', operation: 'collections.retrieve', handler: retrieve },
  { method: 'GET', pattern: 'composite/sobjects/:type', operation: 'collections.retrieve', handler: retrieve },
];
