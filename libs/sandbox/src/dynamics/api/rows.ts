import { badUrl, DvError, noSegment } from '../errors.ts';
import type { Environment } from '../environment.ts';
import { guardRow } from '../faults/row-faults.ts';
import { jsonBody, preferences, type DvRequest, type Reply } from '../http/request.ts';
import { attributeOf, propertyName } from '../odata/property.ts';
import { readExpand, readSelect } from '../odata/query.ts';
import { findRow, needRow, readKey } from '../records/keys.ts';
import { viewRow } from '../records/view.ts';
import { checkPreconditions, createRow, etagOf, patchRow, readPayload, updateRow, type WriteOptions, type Written } from '../records/write.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import type { Row } from '../store/table.ts';

export function entityOf(request: DvRequest, set: string): EntityDef {
  const def = request.env.schema.ofSet(set);
  if (!def) throw noSegment(set);
  return def;
}

export function writeOptions(request: DvRequest): WriteOptions {
  return {
    detectDuplicates: (request.headers['mscrm.suppressduplicatedetection'] ?? '').toLowerCase() === 'false',
    before: request.env.store.lastSeq, ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'],
  };
}

/** Counts a row that was written or refused, whatever becomes of the request. */
export function counted(request: DvRequest, write: () => Written): Written {
  const { rows } = request.env.ledger;
  try {
    const written = request.env.store.transaction(write);
    if (written.created) rows.created++;
    else rows.updated++;
    return written;
  } catch (error) {
    rows.failed++;
    throw error;
  }
}

function shown(request: DvRequest, def: EntityDef, row: Row): Record<string, unknown> {
  const select = readSelect(def, request.query.get('$select'));
  const expand = readExpand(request.env, def, request.query.get('$expand'));
  const annotations = preferences(request).get('odata.include-annotations') ?? '';
  const context = `${request.root}$metadata#${def.set}${contextOf(def, select)}/$entity`;
  return { '@odata.context': context, ...viewRow(request.env, def, row, { select, expand, annotations }) };
}

export const contextOf = (def: EntityDef, select: readonly string[] | undefined): string =>
  select ? `(${select.map((name) => propertyName(def.attributes.get(name)!)).join(',')})` : '';

function answerWrite(request: DvRequest, def: EntityDef, { row, created }: Written): Reply {
  const location = `${request.root}${def.set}(${row.id})`;
  const headers = { 'OData-EntityId': location, Location: location };
  if (preferences(request).get('return') !== 'representation') return { status: 204, headers };
  return { status: created ? 201 : 200, headers: { ...headers, ETag: etagOf(row), 'Preference-Applied': 'return=representation' }, body: shown(request, def, row) };
}

export function create(request: DvRequest): Reply {
  const def = entityOf(request, request.segments[0]!.name);
  const options = writeOptions(request);
  return answerWrite(request, def, counted(request, () => createRow(request.env, def, readPayload(request.env, def, jsonBody(request)), options)));
}

export function retrieve(request: DvRequest): Reply {
  const def = entityOf(request, request.segments[0]!.name);
  const row = needRow(request.env, def, readKey(def, request.segments[0]!.key!));
  if (request.headers['if-none-match'] === etagOf(row)) return { status: 304 };
  return { status: 200, headers: { ETag: etagOf(row) }, body: shown(request, def, row) };
}

export function patch(request: DvRequest): Reply {
  const def = entityOf(request, request.segments[0]!.name);
  const key = readKey(def, request.segments[0]!.key!);
  const options = writeOptions(request);
  return answerWrite(request, def, counted(request, () => patchRow(request.env, def, key, readPayload(request.env, def, jsonBody(request)), options)));
}

/** What goes with a row: contacts and opportunities with the customer that they belong to, as in an environment whose relationships nobody changed. */
const PARENTAL: Record<string, readonly [entity: string, attribute: string][]> = {
  account: [['contact', 'parentcustomerid'], ['opportunity', 'customerid']], contact: [['opportunity', 'customerid']],
};

function removeWithChildren(env: Environment, def: EntityDef, row: Row): void {
  guardRow(env, def, row.values, row);
  for (const [entity, attribute] of PARENTAL[def.name] ?? []) {
    const child = env.schema.find(entity);
    if (child?.attributes.has(attribute)) for (const one of env.store.table(child).lookup(attribute, row.id)) removeWithChildren(env, child, one);
  }
  env.store.remove(def, row);
}

export function remove(request: DvRequest): Reply {
  const { env } = request;
  const def = entityOf(request, request.segments[0]!.name);
  const key = readKey(def, request.segments[0]!.key!);
  checkPreconditions(def, findRow(env, def, key), key, { ifMatch: request.headers['if-match'] });
  const row = needRow(env, def, key);
  try {
    env.store.transaction(() => removeWithChildren(env, def, row));
  } catch (error) {
    env.ledger.rows.failed++;
    throw error;
  }
  // What went along is not counted: nobody asked for it.
  env.ledger.rows.deleted++;
  return { status: 204 };
}

/** `accounts(…)/name`: read, set or cleared by itself. A lookup's row is answered in its own shape. */
export function property(request: DvRequest): Reply {
  const { env } = request;
  const [{ name: set, key: keyText }, { name }] = request.segments as [{ name: string; key: string }, { name: string }];
  const def = entityOf(request, set);
  const row = needRow(env, def, readKey(def, keyText));
  const attribute = attributeOf(def, name.replace(/^_(.+)_value$/, '$1'));
  if (request.method === 'GET') {
    const value = row.values[attribute.name] ?? null;
    if (value === null) return { status: 204 };
    return { status: 200, body: { '@odata.context': `${request.root}$metadata#${set}(${row.id})/${name}`, value: typeof value === 'object' ? value.id : value } };
  }
  if (request.method !== 'PUT' && request.method !== 'DELETE') throw new DvError(405, '0x80060888', `The method ${request.method} is not allowed here.`);
  const given = request.method === 'DELETE' ? null : (jsonBody(request) as { value?: unknown }).value;
  if (given === undefined) throw badUrl(`A value for '${name}' is given as {"value": …}.`);
  counted(request, () => updateRow(env, def, row, readPayload(env, def, { [attribute.name]: given }), writeOptions(request)));
  return { status: 204 };
}
