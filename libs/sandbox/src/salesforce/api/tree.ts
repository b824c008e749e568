import { parserError, rowError, SfError, type RowError } from '../errors.ts';
import { countRow, duplicateRuleHeader, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { createRow, type DmlContext } from '../records/dml.ts';
import { isJsonRecord, readInput, type JsonRecord } from '../records/input.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import { objectOr404 } from './describe.ts';

const MAX_ROWS = 200;

interface Branch {
  def: ObjectDef;
  referenceId: string;
  record: JsonRecord;
  parent?: { branch: Branch; field: string };
  id?: string;
}

/** The tree as a list, parents first. */
function branches(request: RestRequest, def: ObjectDef, records: unknown, parent?: Branch['parent']): Branch[] {
  if (!Array.isArray(records)) throw parserError('The request body must have a list "records".');
  return records.flatMap((record: unknown): Branch[] => {
    if (!isJsonRecord(record) || !isJsonRecord(record.attributes)) throw parserError('Each record of a tree needs "attributes" with "type" and "referenceId".');
    const own: JsonRecord = {};
    const branch: Branch = { def, referenceId: String(record.attributes.referenceId ?? ''), record: own, parent };
    const children: Branch[] = [];
    for (const [key, value] of Object.entries(record)) {
      if (!isJsonRecord(value) || !Array.isArray(value.records)) {
        own[key] = value;
        continue;
      }
      const relation = request.org.schema.children(def.name).find(({ field }) => field.childRelationshipName?.toLowerCase() === key.toLowerCase());
      if (!relation) throw new SfError(400, 'INVALID_FIELD', `No such relation '${key}' on sobject of type ${def.name}`);
      children.push(...branches(request, relation.child, value.records, { branch, field: relation.field.name }));
    }
    return [branch, ...children];
  });
}

function createBranch(request: RestRequest, dml: DmlContext, branch: Branch): RowError[] {
  const parentId = branch.parent?.branch.id;
  const record = branch.parent && parentId ? { ...branch.record, [branch.parent.field]: parentId } : branch.record;
  const result = createRow(dml, branch.def, readInput(request.org.store, branch.def, record, 'create'));
  branch.id = result.id;
  return result.errors;
}

/** Records and their children, all or nothing: 201 with the ids, or 400 with the errors of those that failed. */
function tree(request: RestRequest): Reply {
  const { org } = request;
  const def = objectOr404(org, request.params.type);
  if (!isJsonRecord(request.body)) throw parserError('The HTTP entity body is required, but this request has no entity body.');
  const all = branches(request, def, request.body.records);
  if (all.length > MAX_ROWS) throw new SfError(400, 'INVALID_INPUT', `The number of records in a tree cannot exceed ${MAX_ROWS}.`);
  if (new Set(all.map((b) => b.referenceId)).size < all.length) {
    return { status: 400, body: { hasErrors: true, results: [{ referenceId: all[0]?.referenceId, errors: [rowError('INVALID_INPUT', 'Duplicate ReferenceId provided in the request.', [])] }] } };
  }
  const dml = org.dml(duplicateRuleHeader(request).allowSave);
  return org.store.transaction((): { keep: boolean; result: Reply } => {
    const errors = all.map((branch) => ({ referenceId: branch.referenceId, errors: createBranch(request, dml, branch) }));
    const bad = errors.filter((e) => e.errors.length > 0);
    for (const _ of all) countRow(org, { success: bad.length === 0, created: true, errors: [] }, 'write');
    if (bad.length > 0) return { keep: false, result: { status: 400, body: { hasErrors: true, results: bad } } };
    return { keep: true, result: { status: 201, body: { hasErrors: false, results: all.map((b) => ({ referenceId: b.referenceId, id: b.id })) } } };
  });
}

export const treeRoutes: Route[] = [{ method: 'POST', pattern: 'composite/tree/:type', operation: 'tree', handler: tree }];
