import type { WorkOptions, WriteOutcome, WriteRow } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { queryPages } from '../read/query.ts';
import { inLists, literal } from '../read/soql.ts';

const HEAD = 'SELECT Id, (SELECT Id FROM Contacts LIMIT 1), (SELECT Id FROM Opportunities LIMIT 1) FROM Account WHERE Id IN (';
/** Ids with and without their last three characters are the same record's. */
const keyOf = (id: string) => id.slice(0, 15);
const hasSome = (children: unknown) => ((children as { totalSize?: number } | null | undefined)?.totalSize ?? 0) > 0;

export interface Parted {
  /** May be deleted: nothing goes with them. */
  free: WriteRow[];
  left: WriteOutcome[];
}

/**
 * Accounts that Salesforce would delete contacts and opportunities with are left: only what was asked for may go.
 * @throws SignalboxError before anything is deleted
 */
export async function partDependants(client: SalesforceClient, object: string, rows: readonly WriteRow[], work: WorkOptions): Promise<Parted> {
  if (object !== 'Account') return { free: [...rows], left: [] };
  const held = new Set<string>();
  const ids = [...new Set(rows.map((row) => row.crmId))];
  for (const list of inLists(ids, encodeURIComponent(`${HEAD})`).length)) {
    for await (const { body } of queryPages(client, `${HEAD}${list.map(literal).join(',')})`, 'query', work)) {
      for (const row of body.records) if (hasSome(row['Contacts']) || hasSome(row['Opportunities'])) held.add(keyOf(row.Id));
    }
  }
  const isHeld = (row: WriteRow) => held.has(keyOf(row.crmId));
  const message = 'The account has contacts or opportunities in Salesforce, which would be deleted with it. It is left as it is.';
  return { free: rows.filter((row) => !isHeld(row)), left: rows.filter(isHeld).map((row) => ({ kind: 'skipped', changeId: row.changeId, crmId: row.crmId, code: 'has_dependants', message })) };
}
