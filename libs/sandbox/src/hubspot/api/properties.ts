import { HsError, notFound, validation } from '../errors.ts';
import { bodyObject, flag, NO_CONTENT, objectType, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso } from '../records/view.ts';
import type { Properties } from '../schema/schema.ts';
import type { GroupDef, ObjectType, PropertyDef, PropertySource } from '../schema/schema-types.ts';

const of = (request: RestRequest): Properties => request.account.schema.of(objectType(request.params['type']!));

function describe(request: RestRequest, def: PropertyDef): Record<string, unknown> {
  const { owners, pipelines } = request.account;
  const derived = def.ownerOptions ? owners.all.map((o) => ({ label: `${o.firstName} ${o.lastName}`, value: o.id }))
    : def.name === 'pipeline' && def.options.length === 0 ? pipelines.all.map((p) => ({ label: p.label, value: p.id }))
      : def.name === 'dealstage' && def.options.length === 0 ? pipelines.all.flatMap((p) => p.stages.map((s) => ({ label: s.label, value: s.id }))) : def.options;
  return {
    name: def.name, label: def.label, type: def.type, fieldType: def.fieldType, groupName: def.groupName, description: def.description,
    options: derived.map((o, displayOrder) => ({ label: o.label, value: o.value, displayOrder, hidden: 'hidden' in o ? o.hidden : false })),
    hasUniqueValue: def.hasUniqueValue, calculated: def.calculated, externalOptions: def.ownerOptions, hidden: false, hubspotDefined: def.hubspotDefined, formField: !def.readOnly, displayOrder: -1,
    createdAt: iso(def.createdAt), updatedAt: iso(def.updatedAt), archived: def.archivedAt !== undefined, ...(def.archivedAt === undefined ? {} : { archivedAt: iso(def.archivedAt) }),
    modificationMetadata: { archivable: !def.hubspotDefined, readOnlyDefinition: def.hubspotDefined, readOnlyValue: def.readOnly },
    ...(def.ownerOptions ? { referencedObjectType: 'OWNER' } : {}),
  };
}

function list(request: RestRequest): Reply {
  return ok({ results: of(request).list(flag(request.query, 'archived')).map((def) => describe(request, def)) });
}

function read(request: RestRequest): Reply {
  const def = of(request).find(request.params['name']!);
  if (!def) throw new HsError(404, 'OBJECT_NOT_FOUND', `Property "${request.params['name']!}" does not exist`);
  return ok(describe(request, def));
}

function create(request: RestRequest): Reply {
  const body = bodyObject(request) as unknown as PropertySource;
  const missing = (['groupName', 'name', 'label', 'type', 'fieldType'] as const).filter((name) => !body[name]);
  if (missing.length > 0) throw validation(`Invalid input JSON on line 1, column 1: Some required fields were not set: [${missing.join(', ')}]`);
  return { status: 201, body: describe(request, of(request).create(body)) };
}

const update = (request: RestRequest): Reply => ok(describe(request, of(request).update(request.params['name']!, bodyObject(request) as Partial<PropertySource>)));

function archive(request: RestRequest): Reply {
  of(request).archive(request.params['name']!);
  return NO_CONTENT;
}

function inputs<T>(request: RestRequest): T[] {
  const given = bodyObject(request)['inputs'];
  if (!Array.isArray(given)) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]');
  return given as T[];
}

function batch(request: RestRequest, results: unknown[], status: number): Reply {
  const at = iso(request.account.now());
  return { status, body: { status: 'COMPLETE', results, startedAt: at, completedAt: at } };
}

function batchRead(request: RestRequest): Reply {
  const found = inputs<{ name: string }>(request).map(({ name }) => of(request).find(name)).filter((d) => d !== undefined);
  return batch(request, found.map((def) => describe(request, def)), 200);
}

const batchCreate = (request: RestRequest): Reply => batch(request, inputs<PropertySource>(request).map((source) => describe(request, of(request).create(source))), 201);

function batchArchive(request: RestRequest): Reply {
  for (const { name } of inputs<{ name: string }>(request)) of(request).archive(name);
  return NO_CONTENT;
}

const group = (g: GroupDef) => ({ name: g.name, label: g.label, displayOrder: g.displayOrder, archived: g.archived });

function createGroup(request: RestRequest): Reply {
  const { name, label } = bodyObject(request) as { name?: string; label?: string };
  if (!name || !label) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [name, label]');
  if (of(request).groups.has(name)) throw new HsError(409, 'OBJECT_ALREADY_EXISTS', `A property group named '${name}' already exists.`);
  return { status: 201, body: group(of(request).addGroup(name, label)) };
}

function readGroup(request: RestRequest): Reply {
  const found = of(request).groups.get(request.params['name']!);
  if (!found) throw notFound(`Property group ${request.params['name']!} does not exist`);
  return ok(group(found));
}

const reading = (type: ObjectType) => type.readScope;
const schema = (type: ObjectType) => (type.name === 'companies' ? 'crm.schemas.companies.write' : type.writeScope);

export const propertyRoutes: Route[] = [
  { method: 'GET', area: 'properties', pattern: ':type', operation: 'properties.list', scope: reading, handler: list },
  { method: 'POST', area: 'properties', pattern: ':type', operation: 'properties.create', scope: schema, handler: create },
  { method: 'GET', area: 'properties', pattern: ':type/groups', operation: 'properties.groups', scope: reading, handler: (r) => ok({ results: [...of(r).groups.values()].map(group) }) },
  { method: 'POST', area: 'properties', pattern: ':type/groups', operation: 'properties.createGroup', scope: schema, handler: createGroup },
  { method: 'GET', area: 'properties', pattern: ':type/groups/:name', operation: 'properties.group', scope: reading, handler: readGroup },
  { method: 'POST', area: 'properties', pattern: ':type/batch/read', operation: 'properties.batchRead', scope: reading, handler: batchRead },
  { method: 'POST', area: 'properties', pattern: ':type/batch/create', operation: 'properties.create', scope: schema, handler: batchCreate },
  { method: 'POST', area: 'properties', pattern: ':type/batch/archive', operation: 'properties.archive', scope: schema, handler: batchArchive },
  { method: 'GET', area: 'properties', pattern: ':type/:name', operation: 'properties.read', scope: reading, handler: read },
  { method: 'PATCH', area: 'properties', pattern: ':type/:name', operation: 'properties.update', scope: schema, handler: update },
  { method: 'DELETE', area: 'properties', pattern: ':type/:name', operation: 'properties.archive', scope: schema, handler: archive },
];
