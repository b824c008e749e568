import { chunk } from '@signalbox/kernel';
import type { LookupOptions, RemoteRecord, WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import type { Table } from '../objects.ts';
import { inLists, oneOf, queryPath } from './odata.ts';
import { propertiesFor, toRemoteRecord, type DynamicsRow, type Fields } from './remote-record.ts';

interface Page {
  value?: DynamicsRow[];
  '@odata.nextLink'?: string;
}

/** Queries in one call. Five lists of 500 stay well below what an answer may hold. */
const QUERIES_PER_CALL = 5;
const PAGE = { prefer: 'odata.maxpagesize=5000' };

/** The rows of several queries, some of them in one call. */
export async function rowsOf(client: DynamicsClient, operation: string, paths: readonly string[], work: WorkOptions): Promise<DynamicsRow[]> {
  const rows: DynamicsRow[] = [];
  for (const few of chunk(paths, QUERIES_PER_CALL)) {
    const { body } = await client.readBatch(operation, few, PAGE, work);
    for (const first of body as Page[]) {
      rows.push(...(first.value ?? []));
      for (let next = first['@odata.nextLink']; next;) {
        const page: Page = (await client.read<Page>({ operation, method: 'GET', path: next, headers: PAGE }, work)).body;
        rows.push(...(page.value ?? []));
        next = page['@odata.nextLink'];
      }
    }
  }
  return rows;
}

/** Paths of queries that find the rows whose column has one of the values. */
export function inPaths(table: Table, properties: readonly string[], property: string, values: readonly string[], also = ''): string[] {
  const unique = [...new Set(values.filter((v) => v !== ''))];
  return inLists(unique).map((list) => queryPath(table.set, { select: properties.join(','), filter: `${oneOf(property, list)}${also}` }));
}

export async function lookupRecords(client: DynamicsClient, table: Table, options: LookupOptions, known: Fields, work: WorkOptions): Promise<RemoteRecord[]> {
  const paths = inPaths(table, propertiesFor(table, options.fields, known), known.get(options.field)?.property ?? options.field, options.values);
  return (await rowsOf(client, 'lookup', paths, work)).map((row) => toRemoteRecord(table, row, options.fields, known));
}
