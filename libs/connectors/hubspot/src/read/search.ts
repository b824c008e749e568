import type { Filter, PublicObjectSearchRequest } from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import { chunk } from '@signalbox/kernel';
import type { WorkOptions } from '@signalbox/connectors-sdk';
import { batchApi, searchApi } from '../client/apis.ts';
import type { HubspotAnswer, HubspotClient } from '../client/client.ts';
import type { HubspotObject } from '../objects.ts';
import type { HubspotRecord } from './remote-record.ts';

export const RECORDS_PER_SEARCH = 200;
export const RECORDS_PER_READ = 100;
/** Characters of its body that HubSpot takes. */
const LONGEST_BODY = 3_000;

export const filter = (propertyName: string, operator: string, more: { value?: string; values?: string[] } = {}): Filter => ({ propertyName, operator: operator as Filter['operator'], ...more });

interface SearchPage {
  records: HubspotRecord[];
  /** The CRM's clock when it answered. */
  at: Date | undefined;
}

function requestOf(filters: readonly Filter[], properties: readonly string[], after: string): PublicObjectSearchRequest {
  const beyond = after ? [filter('hs_object_id', 'GT', { value: after })] : [];
  return { filterGroups: [{ filters: [...filters, ...beyond] }], sorts: ['hs_object_id'], properties: [...properties], limit: RECORDS_PER_SEARCH };
}

/** Whether a search for these fits into what HubSpot takes. */
export const fits = (filters: readonly Filter[], properties: readonly string[]): boolean => JSON.stringify(requestOf(filters, properties, '99999999999999')).length <= LONGEST_BODY;

/**
 * Everything that the filters find, in order of id, page by page from behind `after`. Each page is a search of its own
 * for greater ids: paging by HubSpot's own cursor ends at 10,000. Properties that do not fit into a search are read by id.
 */
export async function* searchPages(client: HubspotClient, object: HubspotObject, filters: readonly Filter[], properties: readonly string[], work: WorkOptions, after = ''): AsyncGenerator<SearchPage> {
  const inOne = fits(filters, properties);
  for (let last = after; ;) {
    const request = requestOf(filters, inOne ? properties : [], last);
    const { body, at }: HubspotAnswer<{ results: HubspotRecord[] }> = await client.read({ operation: 'search', run: (wire) => searchApi(wire).doSearch(object.type, request) }, work);
    const found = body.results ?? [];
    const records = inOne || found.length === 0 ? found : await readByIds(client, object, found.map((r) => r.id), properties, work);
    yield { records, at };
    if (found.length < RECORDS_PER_SEARCH) return;
    last = found.at(-1)!.id;
  }
}

export const readByIds = (client: HubspotClient, object: HubspotObject, ids: readonly string[], properties: readonly string[], work: WorkOptions): Promise<HubspotRecord[]> => readBatches(client, object, ids, properties, '', work);

/** Live records by their ids, or by the values of a unique property; what is not there is left out. */
export async function readBatches(client: HubspotClient, object: HubspotObject, ids: readonly string[], properties: readonly string[], idProperty: string, work: WorkOptions): Promise<HubspotRecord[]> {
  const records: HubspotRecord[] = [];
  for (const few of chunk([...new Set(ids.filter((id) => id !== ''))], RECORDS_PER_READ)) {
    const inputs = few.map((id) => ({ id }));
    const { body } = await client.read({ operation: 'batch.read', run: (wire) => batchApi(wire).read(object.type, { inputs, properties: [...properties], propertiesWithHistory: [], ...(idProperty ? { idProperty } : {}) }) }, work);
    records.push(...((body.results ?? []) as HubspotRecord[]));
  }
  return records;
}
