import type { ConvertedStatus, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { queryAllOf } from './query.ts';

const CONVERTED = 'SELECT ApiName, MasterLabel, IsDefault FROM LeadStatus WHERE IsConverted = true ORDER BY SortOrder';

/** Statuses that mean "converted". SOAP takes the API name; where an org has none, the label is the name. */
export async function convertedStatuses(client: SalesforceClient, work: WorkOptions): Promise<ConvertedStatus[]> {
  const rows = await queryAllOf(client, [CONVERTED], work);
  return rows.map((row) => {
    const label = String(row['MasterLabel'] ?? '');
    return { name: String(row['ApiName'] ?? '') || label, label, isDefault: row['IsDefault'] === true };
  });
}
