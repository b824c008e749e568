import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { changeMembers, type Controlled, type SeedResult } from '../../serving/control.ts';
import { SEED_IDS, seedFromCsv } from '../../serving/seed-csv.ts';
import type { Account } from '../account.ts';
import { HUBSPOT_BODIES } from '../http/bodies.ts';
import { convertValue } from '../records/values.ts';
import { findObjectType, OBJECT_TYPES } from '../schema/object-types.ts';
import type { ObjectType } from '../schema/schema-types.ts';
import type { Values } from '../store/record.ts';

/** A HubSpot account as `/__sandbox` sees it. */
export function controlled(account: Account): Controlled {
  return {
    ledger: account.ledger, faults: account.faults, bodies: HUBSPOT_BODIES,
    facts: () => ({ url: account.url, portalId: account.portalId, settings: account.settings, counts: countsOf(account) }),
    settings: () => ({ ...account.settings }),
    changeSettings: (change) => changeMembers(account.settings, change),
    forget: { data: () => account.reset(), sessions: () => account.sessions.endAll() },
    seedRecords: (object, records) => seedRecords(account, object, records),
    seedCsv: (object, source) => seedCsv(account, object, source, 'The CSV'),
    rows: (object, options) => rowsOf(account, object, options),
  };
}

export function seedType(name: string): ObjectType {
  const type = findObjectType(name);
  if (!type) throw new Error(`There is no object '${name}'. Use one of: ${OBJECT_TYPES.map((t) => t.name).join(', ')}.`);
  return type;
}

/** Inserts one record by the account's rules, faults and read-only properties apart. `place` names it in an error. */
function insertOne(account: Account, type: ObjectType, record: Record<string, unknown>, place: string): string {
  const values: Values = {};
  for (const [name, raw] of Object.entries(record)) {
    if (raw === '' || raw === null || raw === undefined) continue;
    const def = account.schema.of(type).find(name.trim());
    if (!def) throw new Error(`${place}: ${type.name} have no property '${name}'. The header of a seed holds property names; add your own with a schema file.`);
    const converted = convertValue(def, raw, undefined, def.options.length === 0 ? [String(raw)] : undefined);
    if ('problem' in converted) throw new Error(`${place}, ${name}: ${converted.problem.message}`);
    if (account.schema.of(type).isUnique(def.name) && account.store(type).byUnique(def.name, converted.value)) throw new Error(`${place}, ${name}: another record has the value '${converted.value}'.`);
    values[def.name] = converted.value;
  }
  return account.store(type).insert(values).id;
}

export function seedRecords(account: Account, object: string, records: Record<string, unknown>[]): SeedResult {
  const type = seedType(object);
  const ids = records.map((record, i) => insertOne(account, type, record, `Record ${i + 1}`));
  return { object: type.name, inserted: ids.length, ids: ids.slice(0, SEED_IDS) };
}

export function seedCsv(account: Account, object: string, source: Readable, name: string): Promise<SeedResult> {
  const type = seedType(object);
  return seedFromCsv({ object: type.name, column: (column) => column.trim().toLowerCase(), insert: (record, place) => insertOne(account, type, record, place) }, source, name);
}

export const seedFile = (account: Account, object: string, path: string): Promise<SeedResult> => seedCsv(account, object, createReadStream(path), path);

function* rowsOf(account: Account, object: string, { deleted, fields }: { deleted: boolean; fields: string[] | undefined }): Generator<Record<string, unknown>> {
  for (const record of account.store(seedType(object)).all()) {
    if (record.archivedAt !== undefined && !deleted) continue;
    yield fields ? Object.fromEntries(fields.map((f) => [f, record.values[f] ?? null])) : record.values;
  }
}

export const countsOf = (account: Account): Record<string, number> => Object.fromEntries(OBJECT_TYPES.map((type) => [type.name, account.store(type).liveCount]));

