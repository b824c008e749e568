import type { WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { inQueries } from '../read/lookup.ts';
import { queryAllOf } from '../read/query.ts';

export interface LeadAsItIs {
  id: string;
  deleted: boolean;
  converted: boolean;
  /** Empty until it is converted. */
  accountId: string;
  contactId: string;
}

const COLUMNS = ['Id', 'IsDeleted', 'IsConverted', 'ConvertedAccountId', 'ConvertedContactId'];
const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What became of these leads, by the first 15 characters of their ids; deleted ones too. */
export async function leadsAsTheyAre(client: SalesforceClient, ids: readonly string[], work: WorkOptions): Promise<Map<string, LeadAsItIs>> {
  const queries = inQueries(COLUMNS, 'Lead', 'Id', ids);
  const rows = queries.length === 0 ? [] : await queryAllOf(client, queries, work, 'queryAll');
  return new Map(rows.map((row) => [row.Id.slice(0, 15), {
    id: row.Id, deleted: row['IsDeleted'] === true, converted: row['IsConverted'] === true, accountId: text(row['ConvertedAccountId']), contactId: text(row['ConvertedContactId']),
  }]));
}
