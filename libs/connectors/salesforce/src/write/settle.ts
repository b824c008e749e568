import type { RemoteRecord, SettleAnswer, SettleRequest, SettleRow, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { inQueries, lookupRecords } from '../read/lookup.ts';
import { queryAllOf } from '../read/query.ts';
import { columnsFor, toRemoteRecord } from '../read/remote-record.ts';
import { dateTime } from '../read/soql.ts';
import type { RowForm } from './requests.ts';

/** How far the CRM's clock may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

const alike = (a: string | null | undefined, b: string | null | undefined) => (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();

/** Numbers come back in another spelling than they were sent in. */
function sameValue(sent: string | null, found: string | undefined): boolean {
  if (alike(sent, found)) return true;
  return sent !== null && found !== undefined && sent.trim() !== '' && Number(sent) === Number(found);
}

function groupBy(records: readonly RemoteRecord[], key: (record: RemoteRecord) => string): Map<string, RemoteRecord[]> {
  const groups = new Map<string, RemoteRecord[]>();
  for (const record of records) groups.set(key(record), [...(groups.get(key(record)) ?? []), record]);
  return groups;
}

async function byKey(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const found = await lookupRecords(client, object, { field: form.keyField, values: rows.map((r) => r.externalKey), fields: [form.keyField] }, work);
  const ids = groupBy(found, (record) => record.fields[form.keyField]?.toLowerCase() ?? '');
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: (ids.get(row.externalKey.toLowerCase()) ?? []).map((r) => r.id) }));
}

const createdBy = (row: SettleRow, record: RemoteRecord, compared: readonly string[]) =>
  compared.every((field) => !(field in row.values) || sameValue(row.values[field] ?? null, record.fields[field]));

/** Without a key: records that our user made since the write began, under the same name, and alike in what says which company it is. */
async function bySearch(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const compared = ['Name', 'Website', 'BillingCountry'].filter((f) => form.fields.has(f));
  const since = new Date(Math.min(...rows.map((r) => r.attemptedAt.getTime())) - CLOCK_SKEW_MS);
  const { userId } = await client.facts();
  const mine = /^005[a-zA-Z0-9]{12,15}$/.test(userId) ? ` AND CreatedById = '${userId}'` : '';
  const queries = inQueries(columnsFor(object, compared), object, 'Name', rows.map((r) => r.values['Name'] ?? ''), ` AND CreatedDate >= ${dateTime(since)}${mine}`);
  const found = queries.length === 0 ? [] : (await queryAllOf(client, queries, work)).map((row) => toRemoteRecord(object, row, compared));
  const byName = groupBy(found, (record) => record.name.trim().toLowerCase());
  return rows.map((row) => {
    const sameName = byName.get((row.values['Name'] ?? '').trim().toLowerCase()) ?? [];
    const crmIds = sameName.filter((record) => createdBy(row, record, compared)).map((r) => r.id);
    const quiet = client.now().getTime() - row.attemptedAt.getTime() >= request.quietMs;
    return { changeId: row.changeId, crmIds, final: crmIds.length > 0 || quiet };
  });
}

/** An update arrived when the record has all the values that were sent. */
async function byValues(client: SalesforceClient, request: SettleRequest, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const found = await lookupRecords(client, object, { field: 'Id', values: rows.map((r) => r.crmId), fields }, work);
  const byId = new Map(found.map((record) => [record.id.slice(0, 15), record]));
  return rows.map((row) => {
    const record = byId.get(row.crmId.slice(0, 15));
    const arrived = record && Object.entries(row.values).every(([field, value]) => sameValue(value, record.fields[field]));
    return { changeId: row.changeId, final: true, crmIds: arrived ? [record.id] : [] };
  });
}

/** What became of writes whose answer was lost. A key and an update may be sent again at once: neither can make a second record. */
export function settleRows(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  if (request.rows.length === 0) return Promise.resolve([]);
  if (request.operation === 'update') return byValues(client, request, work);
  return form.keyField ? byKey(client, request, form, work) : bySearch(client, request, form, work);
}
