import { readFileSync } from 'node:fs';
import { OWNED, SHIPPED, SYSTEM } from './shipped.ts';
import type { AttributeDef, AttributeSource, EntityDef, EntitySource, SchemaSource } from './schema-types.ts';

/** A change that a fault makes to the schema while it is on. */
export interface SchemaChange {
  entity: string;
  attribute: string;
  /** Members to change; undefined takes the attribute away. */
  set?: Partial<AttributeSource>;
}

const pascal = (name: string) => name.replace(/(^|_)([a-z])/g, (_, lead: string, letter: string) => lead + letter.toUpperCase());

/** @throws Error naming the file and the place */
export function loadSchemaFile(path: string): SchemaSource {
  let source: SchemaSource;
  try {
    source = JSON.parse(readFileSync(path, 'utf8')) as SchemaSource;
  } catch (error) {
    throw new Error(`${path} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof source?.entities !== 'object') throw new Error(`${path}: a schema file holds {"entities": {"account": {"attributes": [...]}}}.`);
  for (const [name, entity] of Object.entries(source.entities)) {
    entity.attributes?.forEach((attribute, i) => {
      if (!attribute.name) throw new Error(`${path}: attribute ${i + 1} of ${name} has no name.`);
    });
  }
  return source;
}

function toAttribute(source: AttributeSource, custom: boolean): AttributeDef {
  const type = source.type ?? 'String';
  return {
    name: source.name, schemaName: source.name.includes('_') && custom ? source.name : pascal(source.name), label: source.label ?? source.name, type,
    maxLength: source.maxLength ?? (type === 'String' ? 100 : type === 'Memo' ? 2000 : 0), min: source.min, max: source.max, required: source.required ?? 'None', readOnly: source.readOnly ?? false,
    options: source.options ?? [], targets: source.targets ?? [], dateOnly: source.dateOnly ?? false, default: source.default, custom,
  };
}

function toEntity(source: EntitySource, typeCode: number, customFrom: number): EntityDef {
  const primaryId = `${source.name}id`;
  const own = source.attributes ?? [];
  const all: [AttributeSource, boolean][] = [
    [{ name: primaryId, label: source.label ?? source.name, type: 'Uniqueidentifier', required: 'SystemRequired' }, false],
    ...own.map((attribute, i): [AttributeSource, boolean] => [attribute, i >= customFrom || attribute.name.includes('signalbox_')]),
    ...[...SYSTEM, ...(source.name === 'systemuser' ? [] : OWNED)].map((attribute): [AttributeSource, boolean] => [attribute, false]),
  ];
  const attributes = new Map<string, AttributeDef>();
  for (const [attribute, custom] of all) {
    if (attribute.remove) attributes.delete(attribute.name);
    else attributes.set(attribute.name, toAttribute(attribute, custom));
  }
  return {
    name: source.name, schemaName: source.schemaName ?? pascal(source.name), set: source.set ?? `${source.name}s`, label: source.label ?? source.name, typeCode: source.typeCode ?? typeCode, primaryId,
    primaryName: source.primaryName ?? `${source.name.split('_')[0]}_name`, changeTracking: source.changeTracking ?? true, attributes, keys: source.keys ?? [],
  };
}

/** The entities of an environment: the shipped ones, what a schema file adds, and what faults change for a while. */
export class Schema {
  private readonly base: EntityDef[];
  private entities: EntityDef[];
  private byName = new Map<string, EntityDef>();
  private bySet = new Map<string, EntityDef>();

  constructor(file?: SchemaSource) {
    const given = Object.entries(file?.entities ?? {});
    const known = SHIPPED.map((shipped, i) => {
      const change = file?.entities[shipped.name];
      const customFrom = shipped.attributes?.length ?? 0;
      const merged: EntitySource = { ...shipped, ...change, name: shipped.name, attributes: [...(shipped.attributes ?? []), ...(change?.attributes ?? [])], keys: [...(shipped.keys ?? []), ...(change?.keys ?? [])] };
      return toEntity(merged, 10_000 + i, customFrom);
    });
    const added = given.filter(([name]) => !SHIPPED.some((s) => s.name === name)).map(([name, entity], i) => toEntity({ ...entity, name }, 10_100 + i, 0));
    this.base = [...known, ...added];
    this.entities = this.base;
    this.index();
  }

  all(): readonly EntityDef[] {
    return this.entities;
  }

  find(logicalName: string): EntityDef | undefined {
    return this.byName.get(logicalName);
  }

  ofSet(set: string): EntityDef | undefined {
    return this.bySet.get(set);
  }

  /** Puts the schema to what the faults that are on make of it. */
  apply(changes: readonly SchemaChange[]): void {
    this.entities = this.base.map((entity) => {
      const mine = changes.filter((c) => c.entity === entity.name);
      if (mine.length === 0) return entity;
      const attributes = new Map(entity.attributes);
      for (const { attribute, set } of mine) {
        const before = attributes.get(attribute);
        if (!set) attributes.delete(attribute);
        else if (before) attributes.set(attribute, { ...before, ...set } as AttributeDef);
        else attributes.set(attribute, toAttribute({ ...set, name: attribute }, true));
      }
      return { ...entity, attributes };
    });
    this.index();
  }

  private index(): void {
    this.byName = new Map(this.entities.map((e) => [e.name, e]));
    this.bySet = new Map(this.entities.map((e) => [e.set, e]));
  }
}
