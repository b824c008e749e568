import { HsError, notFound, validation } from '../errors.ts';
import { bodyObject, NO_CONTENT, objectType, ok, wholeNumber, nextPage, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso } from '../records/view.ts';
import type { ObjectType } from '../schema/schema-types.ts';
import type { Link } from '../store/associations.ts';

const MOST_INPUTS = 2_000;
const MOST_READS = 1_000;

interface TypeInput {
  associationCategory?: string;
  associationTypeId?: number;
}

interface Pair {
  from?: { id?: unknown };
  to?: { id?: unknown };
  types?: TypeInput[];
}

const ends = (request: RestRequest): { from: ObjectType; to: ObjectType } => ({ from: objectType(request.params['from']!), to: objectType(request.params['to']!) });

function linkView(request: RestRequest, from: ObjectType, to: ObjectType, link: Link): Record<string, unknown> {
  const known = request.account.associations.types(from.name, to.name);
  return {
    toObjectId: link.toId, toObjectTypeId: to.objectTypeId,
    associationTypes: [...link.typeIds].map((typeId) => ({ category: 'HUBSPOT_DEFINED', typeId, label: known.find((t) => t.typeId === typeId)?.label ?? null })),
  };
}

function inputsOf<T>(request: RestRequest, most: number): T[] {
  const { inputs } = bodyObject(request);
  if (!Array.isArray(inputs)) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]');
  if (inputs.length > most) throw validation(`The maximum number of inputs supported in a batch request is ${most}, and ${inputs.length} were given.`);
  return inputs as T[];
}

/** The type ids of a link; without any, the default one. @throws HsError 400 for one that does not fit */
function typeIds(request: RestRequest, from: ObjectType, to: ObjectType, given: TypeInput[] | undefined): number[] {
  const known = request.account.associations.types(from.name, to.name).map((t) => t.typeId);
  const wanted = given?.length ? given.map((t) => t.associationTypeId ?? 0) : known.slice(0, 1);
  const odd = wanted.find((id) => !known.includes(id));
  if (wanted.length === 0 || odd !== undefined) throw validation(`Association type ${odd ?? ''} is not valid between ${from.objectTypeId} and ${to.objectTypeId}.`);
  return wanted;
}

function link(request: RestRequest, pair: Pair, given: TypeInput[] | undefined): Record<string, unknown> {
  const { from, to } = ends(request);
  const { account } = request;
  const [fromId, toId] = [String(pair.from?.id), String(pair.to?.id)];
  const ids = typeIds(request, from, to, given);
  for (const [type, id] of [[from, fromId], [to, toId]] as const) if (!account.store(type).get(id)) throw notFound(`${type.legacyName}=${id} is not valid`);
  account.associate(from, fromId, to, toId, ids);
  const labels = account.associations.types(from.name, to.name).filter((t) => ids.includes(t.typeId) && t.label).map((t) => t.label);
  return { fromObjectTypeId: from.objectTypeId, fromObjectId: fromId, toObjectTypeId: to.objectTypeId, toObjectId: toId, labels };
}

function batch(request: RestRequest, status: number, results: unknown[], errors: unknown[]): Reply {
  const at = iso(request.account.now());
  const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
  return errors.length > 0 ? { status: 207, body: { ...body, numErrors: errors.length, errors } } : { status, body };
}

function batchCreate(request: RestRequest, given: (pair: Pair) => TypeInput[] | undefined, status: number): Reply {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const pair of inputsOf<Pair>(request, MOST_INPUTS)) {
    try {
      results.push(link(request, pair, given(pair)));
    } catch (error) {
      if (!(error instanceof HsError)) throw error;
      errors.push(error.entry([]));
    }
  }
  return batch(request, status, results, errors);
}

function batchRead(request: RestRequest): Reply {
  const { from, to } = ends(request);
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const { id } of inputsOf<{ id?: unknown }>(request, MOST_READS)) {
    const links = request.account.associations.of(from.name, String(id), to.name);
    if (links.length > 0) results.push({ from: { id: String(id) }, to: links.map((l) => linkView(request, from, to, l)) });
    else errors.push(new HsError(404, 'OBJECT_NOT_FOUND', `No ${to.singular} is associated with ${from.legacyName} ${String(id)}.`, { subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND', context: { fromObjectId: [String(id)] } }).entry([]));
  }
  return batch(request, 200, results, errors);
}

function batchArchive(request: RestRequest): Reply {
  const { from, to } = ends(request);
  for (const pair of inputsOf<{ from?: { id?: unknown }; to?: { id?: unknown }[] }>(request, MOST_INPUTS)) {
    for (const other of pair.to ?? []) request.account.dissociate(from, String(pair.from?.id), to, String(other.id));
  }
  return NO_CONTENT;
}

function list(request: RestRequest): Reply {
  const { from, to } = ends(request);
  const limit = wholeNumber(request.query.get('limit'), 500, 500, 'limit') || 500;
  const after = Number(request.query.get('after') ?? 0) || 0;
  const all = request.account.associations.of(from.name, request.params['id']!, to.name);
  const results = all.slice(after, after + limit).map((l) => linkView(request, from, to, l));
  return ok({ results, ...(after + limit < all.length ? { paging: nextPage(request, String(after + limit)) } : {}) });
}

const pairOf = (request: RestRequest): Pair => ({ from: { id: request.params['id'] }, to: { id: request.params['toId'] } });

function dissociate(request: RestRequest): Reply {
  const { from, to } = ends(request);
  request.account.dissociate(from, request.params['id']!, to, request.params['toId']!);
  return NO_CONTENT;
}

const labels = (request: RestRequest): Reply => {
  const { from, to } = ends(request);
  return ok({ results: request.account.associations.types(from.name, to.name) });
};

const ONE = ':from/:id/associations/:to/:toId';

/** Single ones stand below `objects`, batches below `associations`. */
export const associationRoutes: Route[] = [
  { method: 'POST', area: 'associations', pattern: ':from/:to/batch/read', operation: 'associations.read', handler: batchRead },
  { method: 'POST', area: 'associations', pattern: ':from/:to/batch/create', operation: 'associations.create', handler: (r) => batchCreate(r, (pair) => pair.types, 201) },
  { method: 'POST', area: 'associations', pattern: ':from/:to/batch/associate/default', operation: 'associations.create', handler: (r) => batchCreate(r, () => undefined, 200) },
  { method: 'POST', area: 'associations', pattern: ':from/:to/batch/archive', operation: 'associations.archive', handler: batchArchive },
  { method: 'GET', area: 'associations', pattern: ':from/:to/labels', operation: 'associations.labels', handler: labels },
  { method: 'PUT', area: 'objects', pattern: ':from/:id/associations/default/:to/:toId', operation: 'associate', handler: (r) => ({ status: 200, body: { status: 'COMPLETE', results: [link(r, pairOf(r), undefined)] } }) },
  { method: 'GET', area: 'objects', pattern: ':from/:id/associations/:to', operation: 'associations.list', handler: list },
  { method: 'PUT', area: 'objects', pattern: ONE, operation: 'associate', handler: (r) => ({ status: 201, body: link(r, pairOf(r), r.body as TypeInput[]) }) },
  { method: 'DELETE', area: 'objects', pattern: ONE, operation: 'dissociate', handler: dissociate },
];
