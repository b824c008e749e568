import { alreadyThere, DvError, missingRow, payloadError, versionMismatch } from '../errors.ts';
import type { Environment } from '../environment.ts';
import { guardRow } from '../faults/row-faults.ts';
import { isLookup, navigationNames, type EntityDef } from '../schema/schema-types.ts';
import type { Ref, Row, Value } from '../store/table.ts';
import { checkDuplicates } from './duplicates.ts';
import { checkKeys, findRow, needRow, readReference, type RowKey } from './keys.ts';
import { convertValue } from './values.ts';

export interface WriteOptions {
  /** Whether published duplicate rules are asked (`MSCRM.SuppressDuplicateDetection: false`). */
  detectDuplicates: boolean;
  /** Rows created after this belong to the request at hand and are no duplicates. */
  before: number;
  ifMatch?: string;
  ifNoneMatch?: string;
}

export interface Written {
  row: Row;
  created: boolean;
}

/** A request's body as values to store. @throws DvError naming the property */
export function readPayload(env: Environment, def: EntityDef, body: unknown): Record<string, Value> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw payloadError(def.set, 'An entry was expected.');
  const values: Record<string, Value> = {};
  for (const [name, given] of Object.entries(body)) {
    const bound = /^(.+)@odata\.bind$/.exec(name)?.[1];
    if (bound !== undefined) {
      const [attribute, ref] = bind(env, def, bound, given);
      values[attribute] = ref;
    } else if (!name.includes('@')) {
      const attribute = def.attributes.get(name) ?? clearedLookup(def, name, given);
      if (!attribute) throw payloadError(def.set, `The property '${name}' does not exist on type 'Microsoft.Dynamics.CRM.${def.name}'. Make sure to only use property names that are defined by the type.`);
      if (!attribute.readOnly) values[attribute.name] = isLookup(attribute) && given === null ? null : convertValue(def, attribute, given);
    }
  }
  return values;
}

/** `parentcustomerid_account: null` clears a lookup, as `parentcustomerid_account@odata.bind` would set it. */
function clearedLookup(def: EntityDef, name: string, given: unknown) {
  return given === null ? [...def.attributes.values()].find((a) => isLookup(a) && navigationNames(a).includes(name)) : undefined;
}

function bind(env: Environment, def: EntityDef, navigation: string, given: unknown): [string, Ref | null] {
  const attribute = [...def.attributes.values()].find((a) => isLookup(a) && navigationNames(a).includes(navigation));
  if (!attribute) throw payloadError(def.set, `An undeclared property '${navigation}' which only has property annotations in the payload but no property value was found in the payload.`);
  if (given === null) return [attribute.name, null];
  const { def: target, key } = readReference(env, given);
  if (!attribute.targets.includes(target.name)) throw payloadError(def.set, `'${navigation}' cannot lead to '${target.name}'.`);
  return [attribute.name, { id: needRow(env, target, key).id, entity: target.name }];
}

/** Values that follow from others: a person's full name, a status for a state. */
function derive(def: EntityDef, values: Record<string, Value>, before: Readonly<Record<string, Value>>): void {
  if (def.attributes.get('fullname')?.readOnly) {
    const part = (name: string) => (name in values ? values[name] : before[name]) ?? '';
    values['fullname'] = `${String(part('firstname'))} ${String(part('lastname'))}`.trim() || null;
  }
  const status = def.attributes.get('statuscode');
  if (!status || !('statecode' in values || 'statuscode' in values)) return;
  const state = (values['statecode'] ?? before['statecode'] ?? 0) as number;
  const given = values['statuscode'];
  const fitting = status.options.filter((o) => o.state === state);
  if (given !== undefined && given !== null && !fitting.some((o) => o.value === given)) {
    if ('statecode' in values) throw new DvError(400, '0x80048408', `${String(given)} is not a valid status code for state code ${def.schemaName}State.${def.attributes.get('statecode')?.options[state]?.label ?? state} on ${def.name}.`);
    const owner = status.options.find((o) => o.value === given);
    values['statecode'] = owner?.state ?? state;
  } else if (given === undefined || given === null) values['statuscode'] = fitting[0]?.value ?? null;
}

export function createRow(env: Environment, def: EntityDef, given: Record<string, Value>, options: WriteOptions, id?: string): Written {
  const values: Record<string, Value> = {};
  for (const attribute of def.attributes.values()) if (attribute.default !== undefined) values[attribute.name] = attribute.default;
  if (def.attributes.has('statuscode') && given['statecode'] === undefined && given['statuscode'] === undefined) values['statuscode'] = def.attributes.get('statuscode')!.options[0]?.value ?? null;
  Object.assign(values, given);
  derive(def, values, {});
  const own = id ?? (values[def.primaryId] as string | undefined);
  if (own && env.store.table(def).get(own)) throw alreadyThere();
  guardRow(env, def, values, undefined);
  checkKeys(env, def, values, undefined);
  if (options.detectDuplicates) checkDuplicates(env, def, values, undefined, options.before);
  return { created: true, row: env.store.insert(def, own ?? env.store.newId(def), values) };
}

export function updateRow(env: Environment, def: EntityDef, row: Row, given: Record<string, Value>, options: WriteOptions): Written {
  const { [def.primaryId]: _id, ...values } = given;
  derive(def, values, row.values);
  const after = { ...row.values, ...values };
  guardRow(env, def, after, row);
  checkKeys(env, def, after, row.id);
  if (options.detectDuplicates) checkDuplicates(env, def, after, row, options.before);
  return { created: false, row: env.store.update(def, row, values) };
}

/** PATCH: an update, or a creation where there is no such row and the headers do not forbid it. */
export function patchRow(env: Environment, def: EntityDef, key: RowKey, given: Record<string, Value>, options: WriteOptions): Written {
  const row = findRow(env, def, key);
  checkPreconditions(def, row, key, options);
  if (row) return updateRow(env, def, row, given, options);
  return 'id' in key ? createRow(env, def, given, options, key.id) : createRow(env, def, { ...given, ...key.values }, options);
}

export function checkPreconditions(def: EntityDef, row: Row | undefined, key: RowKey, { ifMatch, ifNoneMatch }: Pick<WriteOptions, 'ifMatch' | 'ifNoneMatch'>): void {
  if (row && ifNoneMatch === '*') throw alreadyThere();
  if (!ifMatch || ifMatch === 'null') return;
  if (!row) throw 'id' in key ? missingRow(def.schemaName, key.id) : new DvError(404, '0x80060891', `A record with the specified key values does not exist in ${def.name} entity`);
  if (ifMatch !== '*' && ifMatch !== etagOf(row)) throw versionMismatch();
}

export const etagOf = (row: Row): string => `W/"${row.version}"`;
