import type { WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import { setOf, type Table } from '../objects.ts';
import { rowsOf } from '../read/lookup.ts';
import { inLists, oneOf, queryPath } from '../read/odata.ts';

/** Rows that Dataverse deletes together with the row that they belong to, unless the environment's relationships were changed. */
const TAKEN_ALONG: Record<string, readonly [table: string, column: string][]> = {
  account: [['contact', 'parentcustomerid'], ['opportunity', 'customerid']], contact: [['opportunity', 'customerid']],
};

/** Which of these rows have others that would be deleted with them, in one call for a thousand; their ids in small letters. @throws SignalboxError */
export async function withDependants(client: DynamicsClient, { name }: Table, ids: readonly string[], work: WorkOptions): Promise<Set<string>> {
  const kinds = TAKEN_ALONG[name] ?? [];
  const paths = kinds.flatMap(([table, column]) => inLists([...new Set(ids)]).map((list) => queryPath(setOf(table), { select: `_${column}_value`, filter: oneOf(column, list) })));
  const rows = paths.length > 0 ? await rowsOf(client, 'dependants', paths, work) : [];
  return new Set(rows.flatMap((row) => kinds.map(([, column]) => String(row[`_${column}_value`] ?? '').toLowerCase())));
}
