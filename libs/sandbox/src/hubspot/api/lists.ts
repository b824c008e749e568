import { HsError, notFound, validation } from '../errors.ts';
import { bodyObject, flag, listParam, nextPage, NO_CONTENT, objectType, ok, wholeNumber, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso } from '../records/view.ts';
import type { ContactList, ProcessingType } from '../store/lists.ts';

const READ = 'crm.lists.read';
const WRITE = 'crm.lists.write';
const TYPES: readonly ProcessingType[] = ['MANUAL', 'SNAPSHOT', 'DYNAMIC'];

function view(request: RestRequest, list: ContactList, withFilters = false): Record<string, unknown> {
  const { userId } = request.account.lists;
  return {
    listId: list.listId, listVersion: list.listVersion, name: list.name, objectTypeId: list.objectTypeId, processingType: list.processingType, processingStatus: 'COMPLETE',
    createdAt: iso(list.createdAt), updatedAt: iso(list.updatedAt), filtersUpdatedAt: iso(list.createdAt), createdById: userId, updatedById: userId, size: list.members.size,
    ...(withFilters && list.filterBranch ? { filterBranch: list.filterBranch } : {}), ...(list.deletedAt === undefined ? {} : { deletedAt: iso(list.deletedAt) }),
  };
}

function one(request: RestRequest, deletedToo = false): ContactList {
  const list = request.account.lists.find(request.params['id']!, deletedToo);
  if (!list) throw new HsError(404, 'OBJECT_NOT_FOUND', `List does not exist with ID ${request.params['id']!}.`, { subCategory: 'ILS.LIST_NOT_FOUND' });
  return list;
}

function checkName(request: RestRequest, name: unknown, own?: ContactList): string {
  const text = String(name ?? '').trim();
  if (text === '') throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [name]');
  const holder = request.account.lists.byName(text);
  if (holder && holder !== own) throw validation(`List name ${text} is already in use by another list.`, { subCategory: 'ILS.DUPLICATE_LIST_NAMES', context: { listId: [holder.listId] } });
  return text;
}

function create(request: RestRequest): Reply {
  const body = bodyObject(request) as { name?: string; objectTypeId?: string; processingType?: ProcessingType; filterBranch?: unknown };
  if (!body.objectTypeId || !body.processingType) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [objectTypeId, processingType]');
  if (!TYPES.includes(body.processingType)) throw validation(`Invalid processingType ${String(body.processingType)}.`);
  if (body.processingType === 'DYNAMIC' && !body.filterBranch) throw validation('A DYNAMIC list needs a filterBranch.');
  const type = objectType(body.objectTypeId);
  return ok({ list: view(request, request.account.lists.create(checkName(request, body.name), type.objectTypeId, body.processingType, body.filterBranch), true) });
}

function byName(request: RestRequest): Reply {
  const list = request.account.lists.byName(request.params['name']!);
  if (!list || list.objectTypeId !== objectType(request.params['type']!).objectTypeId) throw new HsError(404, 'OBJECT_NOT_FOUND', `List does not exist with name ${request.params['name']!} and object type ID ${request.params['type']!}.`, { subCategory: 'ILS.LIST_NOT_FOUND' });
  return ok({ list: view(request, list, flag(request.query, 'includeFilters')) });
}

function search(request: RestRequest): Reply {
  const body = bodyObject(request) as { query?: string; count?: number; offset?: number; processingTypes?: string[]; listIds?: string[]; additionalProperties?: string[] };
  const count = body.count ?? 20;
  const offset = body.offset ?? 0;
  if (count > 500) throw validation('count must be at most 500.');
  const words = (body.query ?? '').toLowerCase();
  const all = request.account.lists.all().filter((l) => l.name.toLowerCase().includes(words)
    && (!body.processingTypes?.length || body.processingTypes.includes(l.processingType)) && (!body.listIds?.length || body.listIds.includes(l.listId)));
  const lists = all.slice(offset, offset + count).map((l) => {
    const { size, ...rest } = view(request, l);
    return { ...rest, additionalProperties: { hs_list_size: String(size), hs_list_reference_count: '0' } };
  });
  return ok({ lists, total: all.length, offset: offset + lists.length, hasMore: offset + lists.length < all.length });
}

function rename(request: RestRequest): Reply {
  const list = one(request);
  list.name = checkName(request, request.query.get('listName'), list);
  request.account.lists.changed(list);
  return ok({ updatedList: view(request, list) });
}

function archive(request: RestRequest): Reply {
  one(request).deletedAt = request.account.now();
  return NO_CONTENT;
}

function restore(request: RestRequest): Reply {
  const list = one(request, true);
  checkName(request, list.name, list);
  delete list.deletedAt;
  return NO_CONTENT;
}

/** Members by hand are for lists without filters of their own. */
function writable(request: RestRequest): ContactList {
  const list = one(request);
  if (list.processingType === 'DYNAMIC') throw validation(`List with ID ${list.listId} has processing type DYNAMIC, whose memberships cannot be changed.`, { subCategory: 'ILS.INVALID_LIST_PROCESSING_TYPES' });
  return list;
}

function idsIn(given: unknown, name: string): string[] {
  if (!Array.isArray(given)) throw validation(`Invalid input JSON on line 1, column 1: ${name} has to be a list of record ids.`);
  return [...new Set(given.map(String))];
}

function change(request: RestRequest, toAdd: string[], toRemove: string[]): Reply {
  const list = writable(request);
  const { lists } = request.account;
  const store = request.account.store(objectType(list.objectTypeId));
  const isThere = (id: string) => {
    const record = store.get(id);
    return record !== undefined && record.id === id && record.archivedAt === undefined;
  };
  const recordIdsMissing = [...toAdd, ...toRemove].filter((id) => !isThere(id));
  const recordIdsRemoved = lists.remove(list, toRemove.filter(isThere));
  const recordsIdsAdded = lists.add(list, toAdd.filter(isThere));
  // Both spellings are the vendor's: one of them has an s too many.
  return ok({ recordIdsMissing, recordIdsRemoved, recordsIdsAdded });
}

function addAndRemove(request: RestRequest): Reply {
  const { recordIdsToAdd = [], recordIdsToRemove = [] } = bodyObject(request);
  return change(request, idsIn(recordIdsToAdd, 'recordIdsToAdd'), idsIn(recordIdsToRemove, 'recordIdsToRemove'));
}

function clear(request: RestRequest): Reply {
  writable(request).members.clear();
  return NO_CONTENT;
}

function members(request: RestRequest): Reply {
  const list = one(request);
  const limit = wholeNumber(request.query.get('limit'), 100, 250, 'limit') || 100;
  const after = Number(request.query.get('after') ?? 0) || 0;
  const all = [...list.members].sort(([a], [b]) => Number(a) - Number(b)).filter(([id]) => Number(id) > after);
  const results = all.slice(0, limit).map(([recordId, at]) => ({ recordId, membershipTimestamp: iso(at) }));
  return ok({ total: list.members.size, results, ...(all.length > limit ? { paging: nextPage(request, results.at(-1)!.recordId) } : {}) });
}

function listsOfRecord(request: RestRequest): Reply {
  const type = objectType(request.params['type']!);
  const recordId = request.params['id']!;
  if (!request.account.store(type).get(recordId)) throw notFound();
  const results = request.account.lists.all().filter((l) => l.objectTypeId === type.objectTypeId && l.members.has(recordId)).map((l) => ({
    listId: l.listId, listVersion: l.listVersion, firstAddedTimestamp: iso(l.members.get(recordId)!), lastAddedTimestamp: iso(l.members.get(recordId)!),
  }));
  return ok({ results, total: results.length });
}

function byIds(request: RestRequest): Reply {
  const lists = listParam(request.query, 'listIds').map((id) => request.account.lists.find(id)).filter((l) => l !== undefined);
  return ok({ lists: lists.map((l) => view(request, l, flag(request.query, 'includeFilters'))) });
}

export const listRoutes: Route[] = [
  { method: 'POST', area: 'lists', pattern: '', operation: 'lists.create', scope: WRITE, handler: create },
  { method: 'GET', area: 'lists', pattern: '', operation: 'lists.readMany', scope: READ, handler: byIds },
  { method: 'POST', area: 'lists', pattern: 'search', operation: 'lists.search', scope: READ, handler: search },
  { method: 'GET', area: 'lists', pattern: 'object-type-id/:type/name/:name', operation: 'lists.byName', scope: READ, handler: byName },
  { method: 'GET', area: 'lists', pattern: 'records/:type/:id/memberships', operation: 'memberships.ofRecord', scope: READ, handler: listsOfRecord },
  { method: 'GET', area: 'lists', pattern: ':id', operation: 'lists.read', scope: READ, handler: (r) => ok({ list: view(r, one(r), flag(r.query, 'includeFilters')) }) },
  { method: 'DELETE', area: 'lists', pattern: ':id', operation: 'lists.archive', scope: WRITE, handler: archive },
  { method: 'PUT', area: 'lists', pattern: ':id/restore', operation: 'lists.restore', scope: WRITE, handler: restore },
  { method: 'PUT', area: 'lists', pattern: ':id/update-list-name', operation: 'lists.rename', scope: WRITE, handler: rename },
  { method: 'GET', area: 'lists', pattern: ':id/memberships', operation: 'memberships.list', scope: READ, handler: members },
  { method: 'DELETE', area: 'lists', pattern: ':id/memberships', operation: 'memberships.clear', scope: WRITE, handler: clear },
  { method: 'PUT', area: 'lists', pattern: ':id/memberships/add', operation: 'memberships.add', scope: WRITE, handler: (r) => change(r, idsIn(r.body, 'The body'), []) },
  { method: 'PUT', area: 'lists', pattern: ':id/memberships/remove', operation: 'memberships.remove', scope: WRITE, handler: (r) => change(r, [], idsIn(r.body, 'The body')) },
  { method: 'PUT', area: 'lists', pattern: ':id/memberships/add-and-remove', operation: 'memberships.addAndRemove', scope: WRITE, handler: addAndRemove },
];
