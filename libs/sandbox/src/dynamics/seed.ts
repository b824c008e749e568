import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { SeedResult } from '../serving/control.ts';
import { SEED_IDS, seedFromCsv } from '../serving/seed-csv.ts';
import type { Environment } from './environment.ts';
import { checkKeys } from './records/keys.ts';
import { createRow, readPayload } from './records/write.ts';
import type { AttributeDef, EntityDef } from './schema/schema-types.ts';
import type { Value } from './store/table.ts';

const AUDIT = new Set(['createdon', 'modifiedon']);

/** An entity by its logical name or the name of its set. */
export function entityNamed(env: Environment, name: string): EntityDef {
  const def = env.schema.find(name) ?? env.schema.ofSet(name);
  if (!def) throw new Error(`There is no entity '${name}' in the schema. Add it with a schema file, or use one of: ${env.schema.all().map((d) => d.name).join(', ')}.`);
  return def;
}

function columnOf(def: EntityDef, name: string): string {
  const plain = name.trim().toLowerCase();
  if (!def.attributes.has(plain) && !/@odata\.bind$/i.test(name)) throw new Error(`Column '${name}': ${def.name} has no such attribute. The header of a seed holds logical names; add attributes with a schema file.`);
  return def.attributes.has(plain) ? plain : name.trim();
}

/** Text of a CSV as JSON would bring it. */
function fromText(attribute: AttributeDef | undefined, text: unknown): unknown {
  if (typeof text !== 'string' || !attribute) return text;
  if (attribute.type === 'Boolean') return /^(true|1|yes)$/i.test(text);
  return ['Integer', 'BigInt', 'Decimal', 'Double', 'Money', 'Picklist', 'State', 'Status'].includes(attribute.type) ? Number(text) : text;
}

/** Inserts one row by the environment's rules, faults and duplicate rules apart. `place` names it in an error. */
function insertOne(env: Environment, def: EntityDef, record: Record<string, unknown>, place: string): string {
  const given: Record<string, unknown> = {};
  const audit: Record<string, Value> = {};
  for (const [name, raw] of Object.entries(record)) {
    if (raw === '' || raw === null || raw === undefined) continue;
    const column = columnOf(def, name);
    if (AUDIT.has(column)) audit[column] = new Date(String(raw)).toISOString().replace(/\.\d{3}Z$/, 'Z');
    else given[column] = fromText(def.attributes.get(column), raw);
  }
  try {
    const values = readPayload(env, def, given);
    checkKeys(env, def, values, undefined);
    return createRow(env, def, { ...values, ...audit }, { detectDuplicates: false, before: 0 }).row.id;
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

export function seedRecords(env: Environment, object: string, records: Record<string, unknown>[]): SeedResult {
  const def = entityNamed(env, object);
  const ids = records.map((record, i) => insertOne(env, def, record, `Record ${i + 1}`));
  return { object: def.name, inserted: ids.length, ids: ids.slice(0, SEED_IDS) };
}

export function seedCsv(env: Environment, object: string, source: Readable, name: string): Promise<SeedResult> {
  const def = entityNamed(env, object);
  return seedFromCsv({ object: def.name, column: (column) => columnOf(def, column), insert: (record, place) => insertOne(env, def, record, place) }, source, name);
}

export const seedFile = (env: Environment, object: string, path: string): Promise<SeedResult> => seedCsv(env, object, createReadStream(path), path);
