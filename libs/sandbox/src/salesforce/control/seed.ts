import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { SeedResult } from '../../serving/control.ts';
import { SEED_IDS, seedFromCsv } from '../../serving/seed-csv.ts';
import { isSfErrorBody, SfError } from '../errors.ts';
import type { Org } from '../org.ts';
import { checkReferences, checkRequired, checkUnique, derive } from '../records/rules.ts';
import { convertValue } from '../records/values.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import type { Values } from '../store/row.ts';

/** Fields a seed may bring although no API call may write them. */
const AUDIT = new Set(['createddate', 'createdbyid', 'lastmodifieddate', 'lastmodifiedbyid', 'systemmodstamp', 'isdeleted', 'lastactivitydate']);

export function seedObject(org: Org, name: string): ObjectDef {
  const def = org.schema.find(name);
  if (!def) throw new Error(`There is no object '${name}' in the schema. Add it with a schema file, or use one of: ${org.schema.all().map((o) => o.name).join(', ')}.`);
  return def;
}

function seedField(def: ObjectDef, name: string): FieldDef {
  const field = def.byName.get(name.trim().toLowerCase());
  if (!field) throw new Error(`Column '${name}': ${def.name} has no such field. The header of a seed holds API field names; add custom fields with a schema file.`);
  if (!field.createable && !AUDIT.has(field.name.toLowerCase())) throw new Error(`Column '${name}': ${def.name}.${field.name} is set by the org and cannot be seeded.`);
  return field;
}

/** Inserts one record by the org's rules, faults apart. `place` names it in an error. */
function insertOne(org: Org, def: ObjectDef, record: Record<string, unknown>, place: string): string {
  const values: Values = {};
  for (const [name, raw] of Object.entries(record)) {
    if (name === 'attributes' || raw === '' || raw === null || raw === undefined) continue;
    const field = seedField(def, name);
    const converted = convert(field, raw, place);
    values[field.name] = converted;
  }
  const complete = derive(org.store, def, values);
  const problem = checkRequired(def, complete, 'create') ?? checkReferences(org.store, def, complete) ?? checkUnique(org.store, def, complete);
  if (problem) throw new Error(`${place}: ${problem.statusCode}: ${problem.message}`);
  return org.store.insert(def, complete).id;
}

function convert(field: FieldDef, raw: unknown, place: string): Values[string] {
  try {
    const converted = convertValue(field, raw);
    if ('error' in converted) throw new Error(converted.error.message);
    return converted.value;
  } catch (error) {
    const message = error instanceof SfError && isSfErrorBody(error.body) ? error.body[0]?.message : (error as Error).message;
    throw new Error(`${place}, ${field.name}: ${message ?? ''}`, { cause: error });
  }
}

export function seedRecords(org: Org, object: string, records: Record<string, unknown>[]): SeedResult {
  const def = seedObject(org, object);
  const ids = records.map((record, i) => insertOne(org, def, record, `Record ${i + 1}`));
  return { object: def.name, inserted: ids.length, ids: ids.slice(0, SEED_IDS) };
}

export function seedCsv(org: Org, object: string, source: Readable, name: string): Promise<SeedResult> {
  const def = seedObject(org, object);
  return seedFromCsv({ object: def.name, column: (column) => seedField(def, column).name, insert: (record, place) => insertOne(org, def, record, place) }, source, name);
}

export const seedFile = (org: Org, object: string, path: string): Promise<SeedResult> => seedCsv(org, object, createReadStream(path), path);
