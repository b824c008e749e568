import { badUrl, DvError, missingRow, noSegment } from '../errors.ts';
import { readGuid } from '../ids.ts';
import type { Environment } from '../environment.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import { keyOf, type Row, type Value } from '../store/table.ts';
import { convertValue } from './values.ts';

/** What stands in the brackets of `accounts(…)`: a row's id, or the values of an alternate key. */
export type RowKey = { id: string } | { values: Record<string, Value>; text: string };

/** Reads a key segment, already URL-decoded. @throws DvError when it is neither an id nor a key of the entity */
export function readKey(def: EntityDef, text: string): RowKey {
  const id = readGuid(text);
  if (id) return { id };
  const parts = [...text.matchAll(/\s*([A-Za-z_]\w*)\s*=\s*(?:'((?:[^']|'')*)'|([^,']*))\s*(?:,|$)/gy)];
  if (parts.length === 0) throw badUrl(`Syntax error: '${text.slice(0, 100)}' is neither a GUID nor a key.`);
  const given = new Map(parts.map(([, name = '', quoted, plain]) => [name, quoted?.replaceAll("''", "'") ?? plain?.trim() ?? '']));
  const own = given.get(def.primaryId);
  if (given.size === 1 && own !== undefined && readGuid(own)) return { id: readGuid(own)! };
  const key = def.keys.find((k) => k.attributes.length === given.size && k.attributes.every((a) => given.has(a)));
  if (!key) throw new DvError(400, '0x80060890', `The specified key attributes are not a defined key for the ${def.name} entity`);
  const values: Record<string, Value> = {};
  for (const name of key.attributes) {
    const attribute = def.attributes.get(name);
    if (!attribute) throw badUrl(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${def.name}'.`);
    const raw = given.get(name)!;
    values[name] = convertValue(def, attribute, attribute.type === 'String' ? raw : Number(raw));
  }
  return { values, text: key.attributes.map((a) => `${a}='${keyOf(values[a])}'`).join(',') };
}

export function findRow(env: Environment, def: EntityDef, key: RowKey): Row | undefined {
  const table = env.store.table(def);
  if ('id' in key) return table.get(key.id);
  const [first = '', ...rest] = Object.keys(key.values);
  return table.lookup(first, keyOf(key.values[first])).find((row) => rest.every((name) => keyOf(row.values[name]) === keyOf(key.values[name])));
}

/** @throws DvError 404 in the words for an id or for a key */
export function needRow(env: Environment, def: EntityDef, key: RowKey): Row {
  const row = findRow(env, def, key);
  if (row) return row;
  throw 'id' in key ? missingRow(def.schemaName, key.id) : new DvError(404, '0x80060891', `A record with the specified key values does not exist in ${def.name} entity`);
}

/** `/accounts(…)`, also as a whole address, as an `@odata.bind` or `@odata.id` gives it. */
export function readReference(env: Environment, text: unknown): { def: EntityDef; key: RowKey } {
  const found = /(?:^|\/)(\w+)\((.*)\)$/.exec(typeof text === 'string' ? decodeURIComponent(text) : '');
  const def = found ? env.schema.ofSet(found[1]!) : undefined;
  if (!found || !def) throw noSegment(String(text).slice(0, 100));
  return { def, key: readKey(def, found[2]!) };
}

/** Refuses a row whose alternate key another row has. */
export function checkKeys(env: Environment, def: EntityDef, values: Readonly<Record<string, Value>>, self: string | undefined): void {
  for (const key of def.keys) {
    if (key.attributes.some((name) => (values[name] ?? null) === null || !def.attributes.has(name))) continue;
    const other = findRow(env, def, { values: Object.fromEntries(key.attributes.map((name) => [name, values[name]!])), text: '' });
    if (!other || other.id === self) continue;
    const labels = key.attributes.map((name) => def.attributes.get(name)!.label).join(', ');
    throw new DvError(412, '0x80060892', `A record that has the attribute values ${labels} already exists. The entity key ${key.label} requires that this set of attributes contains unique values. Select unique values and try again.`);
  }
}
