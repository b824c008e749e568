import account from './Account.json' with { type: 'json' };
import contact from './Contact.json' with { type: 'json' };
import group from './Group.json' with { type: 'json' };
import lead from './Lead.json' with { type: 'json' };
import leadStatus from './LeadStatus.json' with { type: 'json' };
import opportunity from './Opportunity.json' with { type: 'json' };
import user from './User.json' with { type: 'json' };
import { readFileSync } from 'node:fs';
import { buildObject } from './fields.ts';
import type { FieldDef, FieldSource, ObjectDef, ObjectSource, SchemaChange, SchemaSource } from './schema-types.ts';

const SHIPPED = [account, contact, group, lead, leadStatus, opportunity, user] as ObjectSource[];
const lower = (s: string) => s.toLowerCase();

/** Every object of the org. Definitions are replaced in place, so holders of an ObjectDef see a change at once. */
export class OrgSchema {
  private readonly sources = new Map<string, ObjectSource>();
  private readonly objects = new Map<string, ObjectDef>();
  private readonly prefixes = new Map<string, string>();
  private changes: SchemaChange[] = [];
  /** When the schema last became another, in milliseconds since the epoch. */
  changedAt: number;

  constructor(extension: SchemaSource | undefined, now: number) {
    this.changedAt = now;
    for (const source of SHIPPED) this.sources.set(lower(source.name), source);
    for (const source of listOf(extension)) this.extend(source);
    this.apply([], now);
  }

  /** The object by any case of its name. */
  find(name: string): ObjectDef | undefined {
    return this.objects.get(lower(name));
  }

  all(): ObjectDef[] {
    return [...this.objects.values()];
  }

  byPrefix(prefix: string): ObjectDef | undefined {
    return this.all().find((o) => o.keyPrefix === prefix);
  }

  /** The child relationships of an object, found from the references that point at it. */
  children(name: string): { child: ObjectDef; field: FieldDef }[] {
    return this.all().flatMap((child) =>
      child.fields.filter((f) => f.referenceTo.some((to) => lower(to) === lower(name))).map((field) => ({ child, field })));
  }

  /** Builds all definitions anew with these changes on top; called whenever the schema faults change. */
  apply(changes: SchemaChange[], now: number): void {
    if (changes.length > 0 || this.changes.length > 0) this.changedAt = now;
    this.changes = changes;
    for (const source of this.sources.values()) {
      const mine = changes.filter((c) => lower(c.object) === lower(source.name));
      const built = buildObject(mine.length ? changed(source, mine) : source, this.prefixOf(source));
      const hidden = new Set(mine.filter((c) => c.removed).map((c) => lower(c.field)));
      const def = hidden.size ? without(built, hidden) : built;
      const existing = this.objects.get(lower(source.name));
      if (existing) Object.assign(existing, def);
      else this.objects.set(lower(source.name), def);
    }
  }

  private extend(source: ObjectSource): void {
    const base = this.sources.get(lower(source.name));
    if (!base) {
      this.sources.set(lower(source.name), source);
      return;
    }
    const { name: _name, fields, rows, ...rest } = source;
    this.sources.set(lower(base.name), { ...base, ...rest, rows: rows ?? base.rows, fields: mergeFields(base.fields ?? [], fields ?? []) });
  }

  private prefixOf(source: ObjectSource): string {
    if (source.keyPrefix) return source.keyPrefix;
    const key = lower(source.name);
    const known = this.prefixes.get(key) ?? `a${this.prefixes.size.toString(36).padStart(2, '0').toUpperCase()}`;
    this.prefixes.set(key, known);
    return known;
  }
}

function mergeFields(base: FieldSource[], over: FieldSource[]): FieldSource[] {
  const merged = new Map(base.map((f) => [lower(f.name), f]));
  for (const field of over) {
    const old = merged.get(lower(field.name));
    merged.set(lower(field.name), old ? { ...old, ...field, name: old.name } : field);
  }
  return [...merged.values()];
}

function changed(source: ObjectSource, changes: SchemaChange[]): ObjectSource {
  const over = changes.filter((c) => c.set).map((c) => ({ ...c.set, name: c.field }) as FieldSource);
  return { ...source, fields: mergeFields(source.fields ?? [], over) };
}

const without = (def: ObjectDef, hidden: Set<string>): ObjectDef => {
  const fields = def.fields.filter((f) => !hidden.has(lower(f.name)));
  return {
    ...def,
    fields,
    byName: new Map(fields.map((f) => [lower(f.name), f])),
    byRelationship: new Map([...def.byRelationship].filter(([, f]) => !hidden.has(lower(f.name)))),
    required: def.required.filter((f) => !hidden.has(lower(f.name))),
  };
};

function listOf(extension: SchemaSource | undefined): ObjectSource[] {
  if (!extension) return [];
  const { objects } = extension;
  return Array.isArray(objects) ? objects : Object.entries(objects).map(([name, rest]) => ({ ...rest, name }));
}

/** Reads a user's schema file. Its problems name the file and the place, so that they can be mended. */
export function loadSchemaFile(path: string): SchemaSource {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`The schema file ${path} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  const objects = (parsed as SchemaSource | null)?.objects;
  if (!objects || typeof objects !== 'object') {
    throw new Error(`The schema file ${path} needs a member "objects": a list of {name, fields}, or an object of them by name.`);
  }
  for (const object of listOf(parsed as SchemaSource)) {
    if (!object?.name) throw new Error(`The schema file ${path} has an object without a name.`);
    const nameless = (object.fields ?? []).findIndex((f) => !f?.name);
    if (nameless >= 0) throw new Error(`The schema file ${path}: field ${nameless + 1} of ${object.name} has no name.`);
  }
  return parsed as SchemaSource;
}
