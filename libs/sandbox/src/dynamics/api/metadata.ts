import { badUrl, DvError, noSegment } from '../errors.ts';
import type { DvRequest, Reply } from '../http/request.ts';
import { parseFilter, type Filter, type Literal } from '../odata/filter.ts';
import { isLookup, type AttributeDef, type AttributeType, type EntityDef, type KeySource } from '../schema/schema-types.ts';

type Json = Record<string, unknown>;
const CRM = '#Microsoft.Dynamics.CRM.';
const label = (text: string): Json => {
  const one = { Label: text, LanguageCode: 1033, IsManaged: true, MetadataId: metadataId(`label ${text}`), HasChanged: null };
  return { LocalizedLabels: [one], UserLocalizedLabel: one };
};
const managed = (value: unknown) => ({ Value: value, CanBeChanged: true });

/** A stable GUID for a piece of metadata. */
export function metadataId(name: string): string {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0;
  const hex = hash.toString(16).padStart(8, '0');
  return `${hex}-${hex.slice(0, 4)}-4${hex.slice(1, 4)}-8${hex.slice(2, 5)}-${hex}${hex.slice(0, 4)}`;
}

/** Types of metadata have names of their own. */
const metadataType = (type: AttributeType): string => (type === 'BigInt' ? 'BigInt' : type === 'Owner' || type === 'Customer' ? 'Lookup' : type);
const typeName = (type: AttributeType): string => `${type === 'MultiSelectPicklist' ? 'MultiSelectPicklist' : type}Type`;
const castOf = (attribute: AttributeDef): string => (attribute.type === 'Uniqueidentifier' ? 'Microsoft.Dynamics.CRM.AttributeMetadata' : `Microsoft.Dynamics.CRM.${metadataType(attribute.type)}AttributeMetadata`);

export function attributeMetadata(def: EntityDef, attribute: AttributeDef): Json {
  const own = attribute.name === def.primaryId;
  const writable = !attribute.readOnly;
  const out: Json = {
    '@odata.type': `#${castOf(attribute)}`, MetadataId: metadataId(`${def.name}.${attribute.name}`), HasChanged: null, AttributeOf: null,
    AttributeType: attribute.type === 'MultiSelectPicklist' ? 'Virtual' : attribute.type, AttributeTypeName: { Value: typeName(attribute.type) }, LogicalName: attribute.name, SchemaName: attribute.schemaName, EntityLogicalName: def.name,
    DisplayName: label(attribute.label), Description: label(''), RequiredLevel: { ...managed(attribute.required), ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings' },
    IsCustomAttribute: attribute.custom, IsPrimaryId: own, IsPrimaryName: attribute.name === def.primaryName, IsValidForCreate: writable, IsValidForRead: true, IsValidForUpdate: writable && !own,
    IsLogical: false, IsFilterable: true, IsSearchable: true, IsRetrievable: true, IsValidForAdvancedFind: managed(true), IsSecured: false, SourceType: attribute.custom ? 0 : null,
  };
  if (attribute.type === 'String' || attribute.type === 'Memo') out['MaxLength'] = attribute.maxLength;
  if (attribute.type === 'String') Object.assign(out, { Format: attribute.name.includes('email') ? 'Email' : attribute.name.includes('url') ? 'Url' : 'Text' });
  if (attribute.min !== undefined) out['MinValue'] = attribute.min;
  if (attribute.max !== undefined) out['MaxValue'] = attribute.max;
  if (attribute.type === 'DateTime') Object.assign(out, { Format: attribute.dateOnly ? 'DateOnly' : 'DateAndTime', DateTimeBehavior: { Value: attribute.dateOnly ? 'DateOnly' : 'UserLocal' } });
  if (isLookup(attribute)) out['Targets'] = attribute.targets;
  if (attribute.default !== undefined) out[attribute.type === 'Boolean' ? 'DefaultValue' : 'DefaultFormValue'] = attribute.default;
  return out;
}

/** What `$expand=OptionSet` gives. */
export function optionSet(def: EntityDef, attribute: AttributeDef): Json {
  const name = `${def.name}_${attribute.name}`;
  const option = (o: AttributeDef['options'][number]): Json => ({
    '@odata.type': attribute.type === 'Status' ? `${CRM}StatusOptionMetadata` : attribute.type === 'State' ? `${CRM}StateOptionMetadata` : `${CRM}OptionMetadata`,
    Value: o.value, Color: null, IsManaged: true, ExternalValue: '', Label: label(o.label), Description: label(''), ...(attribute.type === 'Status' ? { State: o.state ?? 0, TransitionData: null } : {}),
    ...(attribute.type === 'State' ? { InvariantName: o.invariant ?? o.label, DefaultStatus: def.attributes.get('statuscode')?.options.find((s) => s.state === o.value)?.value ?? null } : {}),
  });
  const shared = { MetadataId: metadataId(name), Name: name, DisplayName: label(attribute.label), IsCustomOptionSet: false, IsGlobal: false, OptionSetType: attribute.type === 'MultiSelectPicklist' ? 'Picklist' : attribute.type };
  if (attribute.type === 'Boolean') {
    const [yes, no] = [attribute.options.find((o) => o.value === 1), attribute.options.find((o) => o.value === 0)];
    return { ...shared, TrueOption: option(yes ?? { value: 1, label: 'Yes' }), FalseOption: option(no ?? { value: 0, label: 'No' }) };
  }
  return { ...shared, Options: attribute.options.map(option) };
}

const keyMetadata = (def: EntityDef, key: KeySource): Json => ({
  MetadataId: metadataId(`${def.name} key ${key.name}`), LogicalName: key.name, SchemaName: key.name, EntityLogicalName: def.name, DisplayName: label(key.label), KeyAttributes: key.attributes, EntityKeyIndexStatus: 'Active', IsManaged: false,
});

export function entityMetadata(def: EntityDef): Json {
  return {
    MetadataId: metadataId(def.name), LogicalName: def.name, SchemaName: def.schemaName, EntitySetName: def.set, LogicalCollectionName: def.set, CollectionSchemaName: def.set, ObjectTypeCode: def.typeCode,
    PrimaryIdAttribute: def.primaryId, PrimaryNameAttribute: def.primaryName, DisplayName: label(def.label), DisplayCollectionName: label(`${def.label}s`), Description: label(''), ChangeTrackingEnabled: def.changeTracking,
    IsActivity: false, IsCustomEntity: def.typeCode >= 10_000, IsPrivate: false, IsIntersect: false, OwnershipType: def.attributes.has('ownerid') ? 'UserOwned' : 'BusinessOwned', TableType: 'Standard',
    IsDuplicateDetectionEnabled: managed(true), HasChanged: null,
  };
}

/** Members named by `$select`; the type and the id of a piece of metadata always come along. */
function selected(item: Json, names: string[] | undefined): Json {
  if (!names) return item;
  const kept = new Set([...names, '@odata.type', 'MetadataId']);
  for (const name of names) if (!(name in item) && !/^[A-Z]\w*$/.test(name)) throw badUrl(`Could not find a property named '${name}'.`);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
}

function passes(filter: Filter, item: Json): boolean {
  switch (filter.kind) {
    case 'and': return filter.sides.every((side) => passes(side, item));
    case 'or': return filter.sides.some((side) => passes(side, item));
    case 'not': return !passes(filter.side, item);
    case 'in': return filter.values.some((value) => value === valueAt(item, filter.path));
    case 'compare': {
      const held = valueAt(item, filter.path);
      const same = held === filter.value || (typeof held === 'string' && held === String(filter.value));
      if (filter.operator === 'eq') return same;
      if (filter.operator === 'ne') return !same;
      throw badUrl(`The operator '${filter.operator}' is not supported for metadata.`);
    }
    default: throw badUrl(`'${filter.test}' is not supported for metadata.`);
  }
}

const valueAt = (item: Json, path: readonly string[]): Literal | undefined => path.reduce<unknown>((at, name) => (at as Json | undefined)?.[name], item) as Literal | undefined;

function shaped(request: DvRequest, items: Json[]): Json[] {
  const filter = request.query.get('$filter');
  const parsed = filter ? parseFilter(filter) : undefined;
  const select = request.query.get('$select')?.split(',').map((s) => s.trim());
  return items.filter((item) => !parsed || passes(parsed, item)).map((item) => ({ ...selected(item, select), ...expanded(request, item) }));
}

/** `$expand=OptionSet`, `$expand=Attributes(…)`, `$expand=Keys`: kept aside on the item under its name. */
function expanded(request: DvRequest, item: Json): Json {
  const names = (request.query.get('$expand') ?? '').match(/[A-Z]\w*(?=\(|,|$)/g) ?? [];
  const parts = expansions.get(item) ?? {};
  return Object.fromEntries(names.filter((name) => name in parts).map((name) => [name, parts[name]!()]));
}
const expansions = new WeakMap<Json, Record<string, () => unknown>>();

function entityItem(def: EntityDef): Json {
  const item = entityMetadata(def);
  expansions.set(item, { Attributes: () => [...def.attributes.values()].map((a) => attributeMetadata(def, a)), Keys: () => def.keys.map((k) => keyMetadata(def, k)) });
  return item;
}

function attributeItem(def: EntityDef, attribute: AttributeDef): Json {
  const item = attributeMetadata(def, attribute);
  if (attribute.options.length > 0 || attribute.type === 'Boolean') expansions.set(item, { OptionSet: () => optionSet(def, attribute), GlobalOptionSet: () => null });
  return item;
}

const keyName = (key: string | undefined, of: string): string | undefined => (key === undefined ? undefined : (new RegExp(`^${of}\\s*=\\s*'([^']*)'$`).exec(key)?.[1] ?? key.toLowerCase()));

/** `EntityDefinitions…`: entities, attributes with their casts, keys. Read only: the schema is changed by schema files and faults. */
export function entityDefinitions(request: DvRequest): Reply {
  if (request.method !== 'GET') throw new DvError(405, '0x80060888', 'Metadata is read only in this sandbox.');
  const [entity, part, cast] = request.segments;
  const all = request.env.schema.all();
  const collection = (name: string, value: Json[]): Reply => ({ status: 200, body: { '@odata.context': `${request.root}$metadata#${name}`, value: shaped(request, value) } });
  const single = (name: string, item: Json): Reply => ({ status: 200, body: { '@odata.context': `${request.root}$metadata#${name}/$entity`, ...shaped(request, [item])[0] } });
  const wanted = keyName(entity?.key, 'LogicalName');
  if (wanted === undefined) return collection('EntityDefinitions', all.map(entityItem));
  const def = all.find((d) => d.name === wanted || metadataId(d.name) === wanted);
  if (!def) throw new DvError(404, '0x80060888', `Could not find an entity with name ${wanted} and id 00000000-0000-0000-0000-000000000000.`);
  if (!part) return single('EntityDefinitions', entityItem(def));
  if (part.name === 'Keys') return collection(`EntityDefinitions('${def.name}')/Keys`, def.keys.map((k) => keyMetadata(def, k)));
  if (part.name !== 'Attributes') throw noSegment(part.name);
  const attributes = [...def.attributes.values()];
  const attribute = keyName(part.key, 'LogicalName');
  const context = `EntityDefinitions('${def.name}')/Attributes${cast ? `/${cast.name}` : ''}`;
  if (attribute === undefined) return collection(context, attributes.filter((a) => !cast || castOf(a) === cast.name).map((a) => attributeItem(def, a)));
  const found = attributes.find((a) => a.name === attribute || metadataId(`${def.name}.${a.name}`) === attribute);
  if (!found || (cast && castOf(found) !== cast.name)) throw new DvError(404, '0x80060888', `Could not find an attribute with specified name: ${attribute}`);
  return single(context, attributeItem(def, found));
}
