import type { FieldDescription, RemoteRecord, SettleAnswer, SettleRequest, SettleRow, WorkOptions } from '@signalbox/connectors-sdk';
import type { HubspotClient } from '../client/client.ts';
import { lookupRecords, searchIn } from '../read/lookup.ts';
import { propertiesFor, toRemoteRecord } from '../read/remote-record.ts';
import { filter, readByIds } from '../read/search.ts';
import type { RowForm } from './requests.ts';

/** How far the CRM's clock may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

type Fields = ReadonlyMap<string, FieldDescription>;

const alike = (a: string | null | undefined, b: string | null | undefined) => (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();
const asTime = (text: string): number => (/^\d{10,}$/.test(text) ? Number(text) : Date.parse(text));

/** Numbers, times and lists of options come back in another spelling than they were sent in. */
function sameValue(sent: string | null, found: string | undefined, field: FieldDescription | undefined): boolean {
  if (alike(sent, found)) return true;
  if (!sent?.trim() || found === undefined) return false;
  if (field?.type === 'number') return Number(sent) === Number(found);
  if (field?.type === 'date' || field?.type === 'datetime') return asTime(sent) === asTime(found);
  if (field?.type !== 'enumeration') return false;
  const there = found.split(';');
  return sent.split(';').filter(Boolean).every((option) => there.includes(option));
}

function groupBy(records: readonly RemoteRecord[], key: (record: RemoteRecord) => string): Map<string, RemoteRecord[]> {
  const groups = new Map<string, RemoteRecord[]>();
  for (const record of records) groups.set(key(record), [...(groups.get(key(record)) ?? []), record]);
  return groups;
}

/** Reading by a unique property sees at once what was written, so "not there" is an answer. */
async function byKey(client: HubspotClient, { rows }: SettleRequest, form: RowForm, fields: Fields, work: WorkOptions): Promise<SettleAnswer[]> {
  const found = await lookupRecords(client, form.object, { field: form.keyField, values: rows.map((r) => r.externalKey), fields: [form.keyField] }, fields, work);
  const ids = groupBy(found, (record) => record.fields[form.keyField]?.toLowerCase() ?? '');
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: (ids.get(row.externalKey.toLowerCase()) ?? []).map((r) => r.id) }));
}

/** Without a key: records made since the write began, under the same name, and alike in what says which company it is. */
async function bySearch(client: HubspotClient, { rows, quietMs }: SettleRequest, { object }: RowForm, fields: Fields, work: WorkOptions): Promise<SettleAnswer[]> {
  const { name, website, country } = object.identity;
  const compared = [name, website, country].filter((f) => f !== '');
  const since = Math.min(...rows.map((r) => r.attemptedAt.getTime())) - CLOCK_SKEW_MS;
  const properties = propertiesFor(object, compared);
  const made = await searchIn(client, object, { field: name, values: rows.map((r) => r.values[name] ?? ''), also: [filter('createdate', 'GTE', { value: String(since) })], properties }, fields, work);
  const byName = groupBy(made.map((record) => toRemoteRecord(object, record, compared)), (record) => record.name.trim().toLowerCase());
  const isFrom = (row: SettleRow, record: RemoteRecord) => compared.every((f) => !(f in row.values) || sameValue(row.values[f] ?? null, record.fields[f], fields.get(f)));
  return rows.map((row) => {
    const crmIds = (byName.get((row.values[name] ?? '').trim().toLowerCase()) ?? []).filter((record) => isFrom(row, record)).map((r) => r.id);
    const quiet = client.now().getTime() - row.attemptedAt.getTime() >= quietMs;
    return { changeId: row.changeId, crmIds, final: crmIds.length > 0 || quiet };
  });
}

/** An update arrived when the record has all the values that were sent. */
async function byValues(client: HubspotClient, { rows }: SettleRequest, { object }: RowForm, fields: Fields, work: WorkOptions): Promise<SettleAnswer[]> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const found = await lookupRecords(client, object, { field: 'hs_object_id', values: rows.map((r) => r.crmId), fields: names }, fields, work);
  const byId = new Map(found.map((record) => [record.id, record]));
  return rows.map((row) => {
    const record = byId.get(row.crmId);
    const arrived = record && Object.entries(row.values).every(([field, value]) => sameValue(value, record.fields[field], fields.get(field)));
    return { changeId: row.changeId, final: true, crmIds: arrived ? [record.id] : [] };
  });
}

/** Reading by id sees at once what is archived; one that was merged into another answers with the other's id, and is gone. */
async function byAbsence(client: HubspotClient, { rows }: SettleRequest, { object }: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const there = new Set((await readByIds(client, object, rows.map((row) => row.crmId), [], work)).map((record) => record.id));
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: there.has(row.crmId) ? [] : [row.crmId] }));
}

/** What became of writes whose answer was lost. A key, an update and a deletion may be sent again at once: none of them can be done twice. */
export function settleRows(client: HubspotClient, request: SettleRequest, form: RowForm, fields: Fields, work: WorkOptions): Promise<SettleAnswer[]> {
  if (request.rows.length === 0) return Promise.resolve([]);
  if (request.operation === 'delete') return byAbsence(client, request, form, work);
  if (request.operation === 'update') return byValues(client, request, form, fields, work);
  return form.keyField ? byKey(client, request, form, fields, work) : bySearch(client, request, form, fields, work);
}
