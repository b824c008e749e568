import type { FieldDef, FieldSource, FieldType, ObjectDef, ObjectSource, PicklistValue } from './schema-types.ts';

const LENGTHS: Partial<Record<FieldType, number>> = {
  id: 18, reference: 18, string: 255, textarea: 255, picklist: 255, multipicklist: 4099, combobox: 255, email: 80, phone: 40, url: 255, encryptedstring: 175,
};
const NUMERIC = new Set<FieldType>(['double', 'currency', 'percent']);

const reference = (name: string, to: string, relationshipName: string, extra: Partial<FieldSource> = {}): FieldSource => ({
  name, type: 'reference', referenceTo: to, relationshipName, ...extra,
});

/** The fields that Salesforce puts on every object, first and last in describe order. */
const SYSTEM_HEAD: FieldSource[] = [
  { name: 'Id', type: 'id', label: 'Record ID', readOnly: true, required: true, idLookup: true, defaultedOnCreate: true },
  { name: 'IsDeleted', type: 'boolean', label: 'Deleted', readOnly: true, required: true, defaultedOnCreate: true },
];
const SYSTEM_TAIL: FieldSource[] = [
  { name: 'CreatedDate', type: 'datetime', readOnly: true, required: true, defaultedOnCreate: true },
  reference('CreatedById', 'User', 'CreatedBy', { readOnly: true, required: true, defaultedOnCreate: true }),
  { name: 'LastModifiedDate', type: 'datetime', readOnly: true, required: true, defaultedOnCreate: true },
  reference('LastModifiedById', 'User', 'LastModifiedBy', { readOnly: true, required: true, defaultedOnCreate: true }),
  { name: 'SystemModstamp', type: 'datetime', readOnly: true, required: true, defaultedOnCreate: true },
];
const OWNER = reference('OwnerId', 'User', 'Owner', { label: 'Owner ID', required: true, defaultedOnCreate: true });

const labelOf = (name: string) => name.replace(/__c$/, '').replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').replace(/ Id$/, ' ID');

function picklistOf(source: FieldSource): PicklistValue[] {
  return (source.values ?? []).map((entry) => {
    const given = typeof entry === 'string' ? { value: entry } : entry;
    const value = given.value ?? given.label ?? '';
    return { value, label: given.label ?? value, active: given.active ?? true, defaultValue: given.defaultValue ?? source.default === value };
  });
}

/** Fills in what a schema file may leave out, by the type's own defaults. */
export function buildField(source: FieldSource): FieldDef {
  const type = source.type ?? 'string';
  const custom = source.name.toLowerCase().endsWith('__c');
  const picklistValues = picklistOf(source);
  const references = source.referenceTo ?? [];
  const readOnly = source.readOnly ?? type === 'address';
  const externalId = source.externalId ?? false;
  const isBoolean = type === 'boolean';
  return {
    name: source.name,
    label: source.label ?? labelOf(source.name),
    type,
    length: source.length ?? LENGTHS[type] ?? 0,
    precision: source.precision ?? (NUMERIC.has(type) ? 18 : 0),
    scale: source.scale ?? (type === 'currency' ? 2 : 0),
    createable: source.createable ?? !readOnly,
    updateable: source.updateable ?? !readOnly,
    nillable: source.nillable ?? !(source.required || isBoolean),
    defaultedOnCreate: source.defaultedOnCreate ?? (isBoolean || source.default !== undefined),
    defaultValue: source.default ?? (isBoolean ? false : (picklistValues.find((v) => v.defaultValue)?.value ?? null)),
    externalId,
    unique: source.unique ?? false,
    idLookup: source.idLookup ?? externalId,
    caseSensitive: source.caseSensitive ?? false,
    nameField: source.nameField ?? false,
    custom,
    picklistValues,
    allowed: source.restricted && picklistValues.length ? new Set(picklistValues.filter((v) => v.active).map((v) => v.value)) : undefined,
    restrictedPicklist: source.restricted ?? false,
    referenceTo: Array.isArray(references) ? references : [references],
    relationshipName: source.relationshipName ?? (type === 'reference' ? defaultRelationship(source.name, custom) : null),
    childRelationshipName: source.childRelationshipName,
    filterable: source.filterable ?? !(type === 'textarea' && (source.length ?? 0) > 255),
    sortable: source.sortable ?? !(type === 'textarea' && (source.length ?? 0) > 255),
  };
}

const defaultRelationship = (name: string, custom: boolean) => (custom ? name.replace(/__c$/i, '__r') : name.replace(/Id$/, ''));

/** The complete field list of an object: system fields, its own, and the owner. */
export function fieldSources(object: ObjectSource): FieldSource[] {
  const custom = object.name.endsWith('__c');
  const own = object.fields ?? [];
  const named = new Set(own.map((f) => f.name.toLowerCase()));
  const missingName: FieldSource[] = custom && !named.has('name') ? [{ name: 'Name', type: 'string', length: 80, nameField: true, required: true, idLookup: true }] : [];
  const owner = (object.owner ?? custom) && !named.has('ownerid') ? [OWNER] : [];
  const all = [...SYSTEM_HEAD, ...missingName, ...own, ...owner, ...SYSTEM_TAIL];
  const last = new Map(all.map((f) => [f.name.toLowerCase(), f] as const));
  return [...last.values()].filter((f) => !f.remove);
}

export function buildObject(source: ObjectSource, keyPrefix: string): ObjectDef {
  const fields = fieldSources(source).map(buildField);
  const label = source.label ?? labelOf(source.name);
  return {
    name: source.name,
    label,
    labelPlural: source.labelPlural ?? `${label}s`,
    keyPrefix,
    custom: source.name.endsWith('__c'),
    createable: source.createable ?? true,
    updateable: source.updateable ?? true,
    deletable: source.deletable ?? true,
    fields,
    byName: new Map(fields.map((f) => [f.name.toLowerCase(), f])),
    byRelationship: new Map(fields.filter((f) => f.relationshipName).map((f) => [(f.relationshipName ?? '').toLowerCase(), f])),
    required: fields.filter((f) => f.createable && !f.nillable && !f.defaultedOnCreate),
    rows: source.rows ?? [],
  };
}
