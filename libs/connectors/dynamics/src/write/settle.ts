import type { RemoteRecord, SettleAnswer, SettleRequest, SettleRow, WorkOptions } from '@signalbox/connectors-sdk';
import type { DynamicsClient } from '../client/client.ts';
import { inPaths, lookupRecords, rowsOf } from '../read/lookup.ts';
import { dateTime } from '../read/odata.ts';
import { propertiesFor, toRemoteRecord } from '../read/remote-record.ts';
import { settleConversions } from './convert-run.ts';
import type { RowForm } from './requests.ts';

/** How far the CRM's clock may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

const alike = (a: string | null | undefined, b: string | null | undefined) => (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();

/** Numbers and times come back in another spelling than they were sent in, lookups without their table. */
function sameValue(sent: string | null, found: string | undefined): boolean {
  if (alike(sent, found)) return true;
  if (sent === null || found === undefined || sent.trim() === '') return false;
  if (Number(sent) === Number(found) || alike(sent.split(':').at(-1), found)) return true;
  return /^\d{4}-\d{2}-\d{2}T/.test(found) && Date.parse(sent) === Date.parse(found);
}

function byName(records: readonly RemoteRecord[], key: (record: RemoteRecord) => string): Map<string, RemoteRecord[]> {
  const groups = new Map<string, RemoteRecord[]>();
  for (const record of records) groups.set(key(record), [...(groups.get(key(record)) ?? []), record]);
  return groups;
}

async function settleByKey(client: DynamicsClient, { rows }: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const found = await lookupRecords(client, form.table, { field: form.keyField, values: rows.map((r) => r.externalKey), fields: [form.keyField] }, form.fields, work);
  const ids = byName(found, (record) => record.fields[form.keyField]?.toLowerCase() ?? '');
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: (ids.get(row.externalKey.toLowerCase()) ?? []).map((r) => r.id) }));
}

const isOf = (row: SettleRow, record: RemoteRecord, compared: readonly string[]) => compared.every((field) => !(field in row.values) || sameValue(row.values[field] ?? null, record.fields[field]));

/** Without a key: records that our user made since the write began, under the same name, and alike in what says which company it is. */
async function settleBySearch(client: DynamicsClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const { rows } = request;
  const { identity } = form.table;
  const compared = [identity.name, identity.website, identity.country].filter((f) => form.fields.has(f));
  const since = new Date(Math.min(...rows.map((r) => r.attemptedAt.getTime())) - CLOCK_SKEW_MS);
  const { UserId } = (await client.read<{ UserId: string }>({ operation: 'whoAmI', method: 'GET', path: 'WhoAmI' }, work)).body;
  const also = ` and createdon ge ${dateTime(since)} and _createdby_value eq ${UserId}`;
  const paths = inPaths(form.table, propertiesFor(form.table, compared, form.fields), identity.name, rows.map((r) => r.values[identity.name] ?? ''), also);
  const found = (await rowsOf(client, 'settle', paths, work)).map((row) => toRemoteRecord(form.table, row, compared, form.fields));
  const sameNames = byName(found, (record) => record.name.trim().toLowerCase());
  return rows.map((row) => {
    const crmIds = (sameNames.get((row.values[identity.name] ?? '').trim().toLowerCase()) ?? []).filter((record) => isOf(row, record, compared)).map((r) => r.id);
    const quiet = client.now().getTime() - row.attemptedAt.getTime() >= request.quietMs;
    return { changeId: row.changeId, crmIds, final: crmIds.length > 0 || quiet };
  });
}

/** An update arrived when the record has all the values that were sent. */
async function settleByValues(client: DynamicsClient, { rows }: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const found = await lookupRecords(client, form.table, { field: form.table.primaryId, values: rows.map((r) => r.crmId), fields }, form.fields, work);
  const byId = new Map(found.map((record) => [record.id.toLowerCase(), record]));
  return rows.map((row) => {
    const record = byId.get(row.crmId.toLowerCase());
    const arrived = record && Object.entries(row.values).every(([field, value]) => sameValue(value, record.fields[field]));
    return { changeId: row.changeId, final: true, crmIds: arrived ? [record.id] : [] };
  });
}

/** A record that is gone was deleted; one that is there may be sent again. */
async function settleDeletions(client: DynamicsClient, { rows }: SettleRequest, { table, fields }: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const found = await lookupRecords(client, table, { field: table.primaryId, values: rows.map((r) => r.crmId), fields: [] }, fields, work);
  const there = new Set(found.map((record) => record.id.toLowerCase()));
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: there.has(row.crmId.toLowerCase()) ? [] : [row.crmId] }));
}

/** What became of writes whose answer was lost. All but a plain creation may be sent again at once: none of them can be done twice. */
export function settleRows(client: DynamicsClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  if (request.rows.length === 0) return Promise.resolve([]);
  if (request.operation === 'convert') return settleConversions(client, request.rows, work);
  if (request.operation === 'delete') return settleDeletions(client, request, form, work);
  if (request.operation === 'update') return settleByValues(client, request, form, work);
  return form.keyField ? settleByKey(client, request, form, work) : settleBySearch(client, request, form, work);
}
