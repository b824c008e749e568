import { notFound, parserError, rowErrorBody, SfError, type ErrorEntry } from '../errors.ts';
import { normalizeId } from '../ids.ts';
import { countRow, duplicateRuleHeader, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { createRow, deleteRow, findByExternalId, updateRow, type DmlContext, type RowResult } from '../records/dml.ts';
import { isJsonRecord, readInput, refuseUnknown, type JsonRecord, type WriteMode } from '../records/input.ts';
import { convertValue } from '../records/values.ts';
import { attributesOf, viewRecord } from '../records/view.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { isDeleted, type Row, type Value } from '../store/row.ts';
import { objectOr404 } from './describe.ts';

const NO_CONTENT: Reply = { status: 204 };

function jsonBody(request: RestRequest): JsonRecord {
  if (!isJsonRecord(request.body)) throw parserError('The HTTP entity body is required, but this request has no entity body.');
  return request.body;
}

const dmlOf = (request: RestRequest): DmlContext => request.org.dml(duplicateRuleHeader(request).allowSave);

/** Reads one record for a single-record write; `skip` members are refused by name, as the vendor does. */
function readSingle(request: RestRequest, def: ObjectDef, mode: WriteMode, forbidden: string[]): ReturnType<typeof readInput> {
  const body = jsonBody(request);
  const named = Object.keys(body).find((key) => forbidden.some((f) => f.toLowerCase() === key.toLowerCase()));
  if (named) throw new SfError(400, 'INVALID_FIELD', `The ${named} field should not be specified in the sobject data.`);
  const read = readInput(request.org.store, def, body, mode);
  refuseUnknown(def, read);
  return read;
}

/** The refusal of a single-record write. A duplicate rule adds `duplicateResut` (the vendor's own spelling). */
function refusal(request: RestRequest, def: ObjectDef, result: RowResult): SfError {
  const error = new SfError(400, result.errors[0]?.statusCode ?? 'UNKNOWN_EXCEPTION', result.errors[0]?.message ?? '');
  const body: ErrorEntry[] = rowErrorBody(result.errors);
  if (result.duplicate && body[0]) {
    const { includeRecordDetails } = duplicateRuleHeader(request);
    body[0] = { duplicateResut: duplicateDetails(request, def, result.duplicate, includeRecordDetails), errorCode: 'DUPLICATES_DETECTED', message: body[0].message };
  }
  return Object.assign(error, { body });
}

function duplicateDetails(request: RestRequest, def: ObjectDef, match: NonNullable<RowResult['duplicate']>, details: boolean): Record<string, unknown> {
  return {
    allowSave: match.allowSave, duplicateRule: match.rule, duplicateRuleEntityType: match.object, errorMessage: 'Use one of these records?',
    matchResults: [{
      entityType: match.object, errors: [], matchEngine: 'FuzzyMatchEngine',
      matchRecords: match.rows.map((row) => ({
        additionalInformation: [], fieldDiffs: [], matchConfidence: 100,
        record: details ? viewRecord(def, row, request.version) : { attributes: attributesOf(def, row, request.version), Id: row.id },
      })),
      rule: match.rule.replace('Duplicate', 'Match'), size: match.rows.length, success: true,
    }],
  };
}

function finish(request: RestRequest, def: ObjectDef, result: RowResult, kind: 'write' | 'delete' = 'write'): RowResult {
  countRow(request.org, result, kind);
  if (!result.success) throw refusal(request, def, result);
  return result;
}

function create(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const result = finish(request, def, createRow(dmlOf(request), def, readSingle(request, def, 'create', [])));
  return created(request, def, result.id ?? '', { id: result.id, success: true, errors: [] });
}

const created = (request: RestRequest, def: ObjectDef, id: string, body: unknown): Reply => ({
  status: 201, body, headers: { Location: `/services/data/v${request.version}/sobjects/${def.name}/${id}` },
});

function rowById(request: RestRequest): { def: ObjectDef; row: Row } {
  const def = objectOr404(request.org, request.params.type);
  const written = request.params.id ?? '';
  const id = normalizeId(written);
  if (!id) throw notFound(`Provided external ID field does not exist or is not accessible: ${written}`);
  const row = request.org.store.table(def).get(id);
  if (!row) throw notFound();
  if (isDeleted(row)) throw new SfError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
  return { def, row };
}

function requestedFields(request: RestRequest, def: ObjectDef): FieldDef[] | undefined {
  const names = request.query.get('fields')?.split(',').map((n) => n.trim()).filter(Boolean);
  if (!names?.length) return undefined;
  const fields = names.map((name) => {
    const field = def.byName.get(name.toLowerCase());
    if (!field) throw new SfError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${def.name}`);
    return field;
  });
  return fields.some((f) => f.name === 'Id') ? fields : [...fields, def.byName.get('id') as FieldDef];
}

function retrieve(request: RestRequest): Reply {
  const { def, row } = rowById(request);
  return ok(viewRecord(def, row, request.version, requestedFields(request, def)));
}

function update(request: RestRequest): Reply {
  const { def, row } = rowById(request);
  finish(request, def, updateRow(dmlOf(request), def, row, readSingle(request, def, 'update', ['Id'])));
  return NO_CONTENT;
}

function remove(request: RestRequest): Reply {
  const { def, row } = rowById(request);
  finish(request, def, deleteRow(dmlOf(request), def, row), 'delete');
  return NO_CONTENT;
}

interface ExternalTarget {
  def: ObjectDef;
  field: FieldDef;
  value: Value;
  rows: Row[];
}

/** The records a path like /sobjects/Account/Ext__c/value means. */
function byExternalId(request: RestRequest): ExternalTarget {
  const def = objectOr404(request.org, request.params.type);
  const name = request.params.field ?? '';
  const field = def.byName.get(name.toLowerCase());
  if (!field || !(field.externalId || field.idLookup || field.type === 'id')) throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  const converted = convertValue(field, request.params.value);
  if ('error' in converted) throw Object.assign(new SfError(400, converted.error.statusCode, ''), { body: rowErrorBody([converted.error]) });
  return { def, field, value: converted.value, rows: findByExternalId(request.org.store, def, field, converted.value) };
}

/** Several records with one external id: 300 and their URLs, nothing written. */
const multipleChoices = (request: RestRequest, target: ExternalTarget): Reply => ({
  status: 300, body: target.rows.map((row) => `/services/data/v${request.version}/sobjects/${target.def.name}/${row.id}`),
});

function upsert(request: RestRequest): Reply {
  const target = byExternalId(request);
  const { def, field, rows } = target;
  if (rows.length > 1) return multipleChoices(request, target);
  const row = rows[0];
  const forbidden = ['Id', field.name];
  if (row) {
    finish(request, def, updateRow(dmlOf(request), def, row, readSingle(request, def, 'update', forbidden)));
    const body = { id: row.id, success: true, errors: [], created: false };
    return Number(request.version) >= 46 ? ok(body) : NO_CONTENT;
  }
  if (field.type === 'id' || request.query.get('updateOnly') === 'true') throw notFound();
  const read = readSingle(request, def, 'create', forbidden);
  read.values[field.name] = target.value;
  const result = finish(request, def, createRow(dmlOf(request), def, read));
  return created(request, def, result.id ?? '', { id: result.id, success: true, errors: [], created: true });
}

function retrieveByExternalId(request: RestRequest): Reply {
  const target = byExternalId(request);
  if (target.rows.length > 1) return multipleChoices(request, target);
  if (!target.rows[0]) throw notFound();
  return ok(viewRecord(target.def, target.rows[0], request.version, requestedFields(request, target.def)));
}

function removeByExternalId(request: RestRequest): Reply {
  const target = byExternalId(request);
  if (target.rows.length > 1) return multipleChoices(request, target);
  if (!target.rows[0]) throw notFound();
  finish(request, target.def, deleteRow(dmlOf(request), target.def, target.rows[0]), 'delete');
  return NO_CONTENT;
}

export const sobjectRoutes: Route[] = [
  { method: 'POST', pattern: 'sobjects/:type', operation: 'create', handler: create },
  { method: 'GET', pattern: 'sobjects/:type/:id', operation: 'retrieve', handler: retrieve },
  { method: 'PATCH', pattern: 'sobjects/:type/:id', operation: 'update', handler: update },
  { method: 'DELETE', pattern: 'sobjects/:type/:id', operation: 'delete', handler: remove },
  { method: 'GET', pattern: 'sobjects/:type/:field/:value', operation: 'retrieveByExternalId', handler: retrieveByExternalId },
  { method: 'PATCH', pattern: 'sobjects/:type/:field/:value', operation: 'upsert', handler: upsert },
  { method: 'DELETE', pattern: 'sobjects/:type/:field/:value', operation: 'deleteByExternalId', handler: removeByExternalId },
];
