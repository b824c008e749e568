import type { LookupOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { queryAllOf } from './query.ts';
import { columnsFor, toRemoteRecord } from './remote-record.ts';
import { inLists, literal, name } from './soql.ts';

/** Queries that find the rows whose field is one of the values, each short enough to send. */
export function inQueries(columns: readonly string[], object: string, field: string, values: readonly string[], also = ''): string[] {
  const head = `SELECT ${columns.map(name).join(', ')} FROM ${name(object)} WHERE ${name(field)} IN (`;
  const tail = `)${also}`;
  const unique = [...new Set(values.filter((v) => v !== ''))];
  return inLists(unique, encodeURIComponent(head + tail).length).map((list) => `${head}${list.map(literal).join(',')}${tail}`);
}

export async function lookupRecords(client: SalesforceClient, object: string, options: LookupOptions, work: WorkOptions): Promise<RemoteRecord[]> {
  const queries = inQueries(columnsFor(object, options.fields), object, options.field, options.values);
  if (queries.length === 0) return [];
  const rows = await queryAllOf(client, queries, work);
  return rows.map((row) => toRemoteRecord(object, row, options.fields));
}
