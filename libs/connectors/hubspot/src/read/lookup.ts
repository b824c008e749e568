import type { FieldDescription, LookupOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import type { Filter } from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import type { HubspotClient } from '../client/client.ts';
import type { HubspotObject } from '../objects.ts';
import { propertiesFor, toRemoteRecord, type HubspotRecord } from './remote-record.ts';
import { filter, fits, readBatches, RECORDS_PER_READ, searchPages } from './search.ts';

/** Lists of values of which each search stays within what HubSpot takes; a value too long for any is left out. */
export function inFilters(field: string, values: readonly string[], also: readonly Filter[], properties: readonly string[]): Filter[] {
  const lists: string[][] = [[]];
  // A search for ids with the properties read behind it is better than one value at a time.
  const named = fits([...also, filter(field, 'IN', { values: values.slice(0, 10) })], properties) ? properties : [];
  for (const value of values) {
    if (!fits([...also, filter(field, 'IN', { values: [value] })], named)) continue;
    const last = lists.at(-1)!;
    if (last.length < RECORDS_PER_READ && fits([...also, filter(field, 'IN', { values: [...last, value] })], named)) last.push(value);
    else lists.push([value]);
  }
  return lists.filter((list) => list.length > 0).map((list) => filter(field, 'IN', { values: list }));
}

/** HubSpot compares the values of a list with texts in small letters. */
const comparable = (field: FieldDescription | undefined, value: string): string => (field?.type === 'enumeration' ? value : value.toLowerCase());

export async function searchIn(client: HubspotClient, object: HubspotObject, options: { field: string; values: readonly string[]; also?: readonly Filter[]; properties: readonly string[] }, fields: ReadonlyMap<string, FieldDescription>, work: WorkOptions): Promise<HubspotRecord[]> {
  const { field, also = [], properties } = options;
  const values = [...new Set(options.values.filter((v) => v !== '').map((v) => comparable(fields.get(field), v)))];
  const found: HubspotRecord[] = [];
  for (const each of inFilters(field, values, also, properties)) {
    for await (const page of searchPages(client, object, [...also, each], properties, work)) found.push(...page.records);
  }
  return found;
}

export async function lookupRecords(client: HubspotClient, object: HubspotObject, options: LookupOptions, fields: ReadonlyMap<string, FieldDescription>, work: WorkOptions): Promise<RemoteRecord[]> {
  const properties = propertiesFor(object, [...options.fields, options.field]);
  const isId = options.field === 'hs_object_id';
  // Reading by a unique property sees what was written a moment ago; the index of searches does not.
  const records = isId || fields.get(options.field)?.unique
    ? await readBatches(client, object, options.values, properties, isId ? '' : options.field, work)
    : await searchIn(client, object, { field: options.field, values: options.values, properties }, fields, work);
  return records.map((record) => toRemoteRecord(object, record, options.fields));
}
