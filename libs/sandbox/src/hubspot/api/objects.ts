import { carryOut, prepare } from '../records/writes.ts';
import { viewOf, writtenView, type RecordView } from '../records/view.ts';
import { HsError, notFound, validation } from '../errors.ts';
import { bodyObject, flag, listParam, nextPage, NO_CONTENT, objectType, ok, wholeNumber, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import type { ObjectType } from '../schema/schema-types.ts';
import type { CrmRecord } from '../store/record.ts';

const typeOf = (request: RestRequest): ObjectType => objectType(request.params['type']!);

/** Refuses a property that is not unique as a key (changelog: batch update by unique property). */
export function checkIdProperty(request: RestRequest, type: ObjectType, idProperty: string | undefined): void {
  if (idProperty === undefined || idProperty === '') return;
  if (!request.account.schema.of(type).isUnique(idProperty)) {
    throw validation(`Unable to perform update/upsert by non-unique ${type.objectTypeId} property ${idProperty} in portal ID ${request.account.portalId}`);
  }
}

/** The record that an id means; with `idProperty`, the value of that property. Undefined when there is none. */
export function findRecord(request: RestRequest, type: ObjectType, id: string, idProperty?: string): CrmRecord | undefined {
  const store = request.account.store(type);
  return idProperty ? store.byUnique(idProperty, id) : store.get(id);
}

function required(request: RestRequest, archived: boolean): { type: ObjectType; record: CrmRecord } {
  const type = typeOf(request);
  const idProperty = request.query.get('idProperty') ?? undefined;
  checkIdProperty(request, type, idProperty);
  const record = findRecord(request, type, request.params['id']!, idProperty);
  if (!record || (record.archivedAt !== undefined) !== archived) throw notFound();
  return { type, record };
}

/** Pages of live (or archived) records in order of id; `after` is the last id of the page before. */
function list(request: RestRequest): Reply {
  const type = typeOf(request);
  const limit = wholeNumber(request.query.get('limit'), 10, 100, 'limit') || 10;
  const archived = flag(request.query, 'archived');
  const properties = listParam(request.query, 'properties');
  const store = request.account.store(type);
  const results: RecordView[] = [];
  const all = store.all();
  const after = request.query.get('after');
  if (after !== null && !/^\d+$/.test(after)) throw validation(`Unable to parse value for query parameter 'after': ${after}`);
  for (let i = after === null ? 0 : store.positionAfter(after); i < all.length; i++) {
    const record = all[i]!;
    if ((record.archivedAt !== undefined) !== archived) continue;
    if (results.length === limit) return ok({ results, paging: nextPage(request, results.at(-1)!.id) });
    results.push({ ...viewOf(type, record, properties), ...associationsOf(request, type, record) });
  }
  return ok({ results });
}

function associationsOf(request: RestRequest, type: ObjectType, record: CrmRecord): { associations?: Record<string, unknown> } {
  const wanted = listParam(request.query, 'associations');
  if (wanted.length === 0) return {};
  const found: Record<string, unknown> = {};
  for (const name of wanted) {
    const to = objectType(name);
    const links = request.account.associations.of(type.name, record.id, to.name);
    if (links.length > 0) found[to.name] = { results: links.map((l) => ({ id: l.toId, type: `${type.singular}_to_${to.singular}` })) };
  }
  return Object.keys(found).length > 0 ? { associations: found } : {};
}

function read(request: RestRequest): Reply {
  const { type, record } = required(request, flag(request.query, 'archived'));
  return ok({ ...viewOf(type, record, listParam(request.query, 'properties')), ...associationsOf(request, type, record) });
}

/** Links that a creation brings: `[{to: {id}, types: [{associationCategory, associationTypeId}]}]`. */
export function associateNew(request: RestRequest, type: ObjectType, record: CrmRecord, given: unknown): void {
  for (const { to, types = [] } of (given ?? []) as { to?: { id?: unknown }; types?: { associationTypeId?: number }[] }[]) {
    for (const { associationTypeId = 0 } of types) {
      const target = ['companies', 'contacts', 'deals'].map((name) => objectType(name)).find((t) => request.account.associations.types(type.name, t.name).some((a) => a.typeId === associationTypeId));
      const other = target && request.account.store(target).get(String(to?.id));
      if (!target || !other) throw validation(`Association type ${associationTypeId} to ${String(to?.id)} is not valid for ${type.objectTypeId}.`);
      request.account.associate(type, record.id, target, other.id, [associationTypeId]);
    }
  }
}

function create(request: RestRequest): Reply {
  const type = typeOf(request);
  const body = bodyObject(request);
  const record = carryOut(request.account, counted(request, () => prepare(request.account, type, undefined, body['properties'])));
  associateNew(request, type, record, body['associations']);
  return { status: 201, body: writtenView(record) };
}

/** A refused row counts as failed in the ledger. */
export function counted<T>(request: RestRequest, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof HsError) request.account.ledger.rows.failed++;
    throw error;
  }
}

function update(request: RestRequest): Reply {
  const { type, record } = required(request, false);
  return ok(writtenView(carryOut(request.account, counted(request, () => prepare(request.account, type, record, bodyObject(request)['properties'])))));
}

/** Answers 204 whether there was such a record or not. */
function archive(request: RestRequest): Reply {
  const type = typeOf(request);
  const record = request.account.store(type).get(request.params['id']!);
  if (record && record.archivedAt === undefined) {
    request.account.store(type).archive(record);
    request.account.ledger.rows.deleted++;
  }
  return NO_CONTENT;
}

function merge(request: RestRequest): Reply {
  const type = typeOf(request);
  const store = request.account.store(type);
  const { primaryObjectId, objectIdToMerge } = bodyObject(request);
  const [primary, other] = [store.get(String(primaryObjectId)), store.get(String(objectIdToMerge))];
  if (!primary || !other || primary === other || primary.archivedAt !== undefined || other.archivedAt !== undefined) throw validation(`Could not merge ${String(objectIdToMerge)} into ${String(primaryObjectId)}: both have to be live ${type.legacyName} objects.`);
  store.merge(primary, other);
  return ok(writtenView(primary));
}

const reading = (type: ObjectType) => type.readScope;
const writing = (type: ObjectType) => type.writeScope;

export const objectRoutes: Route[] = [
  { method: 'GET', area: 'objects', pattern: ':type', operation: 'list', scope: reading, handler: list },
  { method: 'POST', area: 'objects', pattern: ':type', operation: 'create', scope: writing, handler: create },
  { method: 'POST', area: 'objects', pattern: ':type/merge', operation: 'merge', scope: writing, handler: merge },
  { method: 'GET', area: 'objects', pattern: ':type/:id', operation: 'read', scope: reading, handler: read },
  { method: 'PATCH', area: 'objects', pattern: ':type/:id', operation: 'update', scope: writing, handler: update },
  { method: 'DELETE', area: 'objects', pattern: ':type/:id', operation: 'archive', scope: writing, handler: archive },
];
