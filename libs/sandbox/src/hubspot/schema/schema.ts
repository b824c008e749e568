import { readFileSync } from 'node:fs';
import companies from './companies.json' with { type: 'json' };
import contacts from './contacts.json' with { type: 'json' };
import deals from './deals.json' with { type: 'json' };
import { HsError, validation } from '../errors.ts';
import { findObjectType, OBJECT_TYPES } from './object-types.ts';
import type { GroupDef, ObjectType, OptionSource, PropertyDef, PropertySource, PropertyType, SchemaSource } from './schema-types.ts';

const FIELD_TYPES: Record<PropertyType, string> = { string: 'text', number: 'number', date: 'date', datetime: 'date', enumeration: 'select', bool: 'booleancheckbox', phone_number: 'phonenumber' };
const TYPES = Object.keys(FIELD_TYPES);
/** Properties of one object that may be unique (knowledge base: unique value properties). */
const MOST_UNIQUE = 10;

export interface SchemaChange {
  object: string;
  property: string;
  /** Undefined: it is gone. */
  set?: Partial<PropertySource>;
}

const optionOf = (option: string | OptionSource): OptionSource => (typeof option === 'string' ? { label: option, value: option } : option);

function define(source: PropertySource, object: ObjectType, now: number, hubspotDefined: boolean): PropertyDef {
  const type = source.type ?? 'string';
  if (!TYPES.includes(type)) throw new Error(`Property ${object.name}.${source.name}: type '${type}' is unknown. Known: ${TYPES.join(', ')}.`);
  const yesNo = type === 'bool' ? [{ label: 'Yes', value: 'true' }, { label: 'No', value: 'false' }] : [];
  return {
    name: source.name, label: source.label ?? source.name, type, fieldType: source.fieldType ?? FIELD_TYPES[type], groupName: source.groupName ?? `${object.singular}information`,
    description: source.description ?? '', options: source.options?.map(optionOf) ?? yesNo, hasUniqueValue: source.hasUniqueValue ?? false, readOnly: source.readOnly ?? false,
    calculated: source.calculated ?? false, ownerOptions: source.ownerOptions ?? false, hubspotDefined, createdAt: now, updatedAt: now,
  };
}

/** @throws Error naming the file and what is wrong with it */
export function loadSchemaFile(path: string): SchemaSource {
  const source = JSON.parse(readFileSync(path, 'utf8')) as SchemaSource;
  if (!source?.objects) throw new Error(`${path}: a schema file holds {"objects": {"companies": {"properties": [...]}}}.`);
  for (const name of Object.keys(source.objects)) {
    if (!findObjectType(name)) throw new Error(`${path}: there is no object '${name}'. Known: ${OBJECT_TYPES.map((t) => t.name).join(', ')}.`);
  }
  return source;
}

/** The properties of one object type. */
export class Properties {
  readonly type: ObjectType;
  readonly groups = new Map<string, GroupDef>();
  private readonly all = new Map<string, PropertyDef>();
  private changes: SchemaChange[] = [];
  private unique: string[] | undefined;
  private readonly now: () => number;

  constructor(type: ObjectType, sources: readonly PropertySource[], now: () => number) {
    this.type = type;
    this.now = now;
    this.addGroup(`${type.singular}information`, `${type.singular} information`);
    for (const source of sources) {
      if (source.remove) this.all.delete(source.name);
      else this.all.set(source.name, define({ ...this.all.get(source.name), ...source }, type, now(), true));
    }
  }

  /** What is in force: faults of the schema included, archived ones left out. */
  find(name: string): PropertyDef | undefined {
    const def = this.all.get(name.toLowerCase());
    if (!def || def.archivedAt !== undefined) return undefined;
    for (const change of this.changes) {
      if (change.property !== def.name) continue;
      return change.set ? { ...def, ...define({ ...def, ...change.set }, this.type, def.createdAt, def.hubspotDefined) } : undefined;
    }
    return def;
  }

  list(archived = false): PropertyDef[] {
    if (archived) return [...this.all.values()].filter((d) => d.archivedAt !== undefined);
    return [...this.all.keys()].map((name) => this.find(name)).filter((d) => d !== undefined);
  }

  isUnique(name: string): boolean {
    return this.find(name)?.hasUniqueValue === true || name === this.type.naturalKey;
  }

  /** Properties that no two live records may share a value of. */
  uniqueNames(): readonly string[] {
    this.unique ??= [...this.all.values()].filter((d) => d.archivedAt === undefined && (d.hasUniqueValue || d.name === this.type.naturalKey)).map((d) => d.name);
    return this.unique;
  }

  create(source: PropertySource): PropertyDef {
    const name = source.name;
    if (this.all.has(name) && this.all.get(name)!.archivedAt === undefined) throw new HsError(409, 'OBJECT_ALREADY_EXISTS', `A property named '${name}' already exists.`);
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw validation(`Property name '${name}' is not valid. It has to begin with a letter and hold lower case letters, digits and underscores only.`);
    if (!this.groups.has(source.groupName ?? '')) throw validation(`Property group '${source.groupName ?? ''}' does not exist.`);
    if (!TYPES.includes(source.type ?? '')) throw validation(`Invalid property type '${String(source.type)}'.`);
    if (source.hasUniqueValue && this.list().filter((d) => d.hasUniqueValue).length >= MOST_UNIQUE) throw validation(`An object can have at most ${MOST_UNIQUE} properties with unique values.`);
    const def = define(source, this.type, this.now(), false);
    this.all.set(name, def);
    this.unique = undefined;
    return def;
  }

  update(name: string, change: Partial<PropertySource>): PropertyDef {
    const def = this.required(name);
    const { label, description, options, groupName, fieldType } = change;
    Object.assign(def, Object.fromEntries(Object.entries({ label, description, groupName, fieldType, options: options?.map(optionOf) }).filter(([, v]) => v !== undefined)), { updatedAt: this.now() });
    return def;
  }

  archive(name: string): void {
    const def = this.required(name);
    if (def.hubspotDefined) throw validation(`'${name}' is a HubSpot property and cannot be archived.`);
    def.archivedAt = this.now();
    this.unique = undefined;
  }

  addGroup(name: string, label: string): GroupDef {
    const group = { name, label, displayOrder: this.groups.size, archived: false };
    this.groups.set(name, group);
    return group;
  }

  apply(changes: SchemaChange[]): void {
    this.changes = changes;
  }

  private required(name: string): PropertyDef {
    const def = this.all.get(name);
    if (!def || def.archivedAt !== undefined) throw new HsError(404, 'OBJECT_NOT_FOUND', `Property "${name}" does not exist`);
    return def;
  }
}

const SHIPPED: Record<string, { properties: unknown[] }> = { companies, contacts, deals };

/** The properties of every object of the account. */
export class AccountSchema {
  private readonly byType = new Map<string, Properties>();

  constructor(extra: SchemaSource | undefined, now: () => number) {
    for (const type of OBJECT_TYPES) {
      const given = Object.entries(extra?.objects ?? {}).filter(([name]) => findObjectType(name) === type).flatMap(([, o]) => o.properties);
      this.byType.set(type.name, new Properties(type, [...(SHIPPED[type.name]!.properties as PropertySource[]), ...given], now));
    }
  }

  of(type: ObjectType): Properties {
    return this.byType.get(type.name)!;
  }

  apply(changes: readonly SchemaChange[]): void {
    for (const properties of this.byType.values()) properties.apply(changes.filter((c) => findObjectType(c.object) === properties.type));
  }
}
