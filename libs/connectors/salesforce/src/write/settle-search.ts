import { objectOf, type RemoteRecord, type SettleAnswer, type SettleRequest, type SettleRow, type WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { salesforceManifest } from '../manifest.ts';
import { inQueries } from '../read/lookup.ts';
import { queryAllOf } from '../read/query.ts';
import { columnsFor, toRemoteRecord } from '../read/remote-record.ts';
import { dateTime } from '../read/soql.ts';
import type { RowForm } from './requests.ts';
import { sameValue } from './same-value.ts';

/** How far the CRM's clock may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;
const TEXT = new Set(['string', 'email', 'url', 'phone', 'picklist', 'combobox']);

/** Fields that a new record is known by: those that say which company it is, and those that none may be without. */
function tellingFields(object: string, form: RowForm): string[] {
  const identity = objectOf(salesforceManifest, object)?.identity;
  const required = [...form.fields.values()].filter((f) => f.required).map((f) => f.name);
  return [...new Set([identity?.name ?? '', ...required, identity?.website ?? '', identity?.country ?? ''])].filter((f) => form.fields.get(f)?.filterable);
}

/** The rows by the field that each is searched by: the first telling one that it fills with text. */
function bySearchField(rows: readonly SettleRow[], telling: readonly string[], form: RowForm): Map<string, SettleRow[]> {
  const groups = new Map<string, SettleRow[]>();
  for (const row of rows) {
    const field = telling.find((one) => TEXT.has(form.fields.get(one)?.type ?? '') && (row.values[one] ?? '') !== '');
    if (field) groups.set(field, [...(groups.get(field) ?? []), row]);
  }
  return groups;
}

const createdBy = (row: SettleRow, record: RemoteRecord, compared: readonly string[]) =>
  compared.every((field) => !(field in row.values) || sameValue(row.values[field] ?? null, record.fields[field]));

/** Without a key: records that our user made since the write began, alike in all that tells them. */
export async function settleBySearch(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const compared = tellingFields(object, form);
  const since = new Date(Math.min(...rows.map((r) => r.attemptedAt.getTime())) - CLOCK_SKEW_MS);
  const { userId } = await client.facts();
  const mine = /^005[a-zA-Z0-9]{12,15}$/.test(userId) ? ` AND CreatedById = '${userId}'` : '';
  const also = ` AND CreatedDate >= ${dateTime(since)}${mine}`;
  const queries = [...bySearchField(rows, compared, form)].flatMap(([field, some]) =>
    inQueries(columnsFor(object, compared), object, field, some.map((r) => r.values[field] ?? ''), also));
  const found = queries.length === 0 ? [] : (await queryAllOf(client, queries, work)).map((row) => toRemoteRecord(object, row, compared));
  const unique = [...new Map(found.map((record) => [record.id, record])).values()];
  return rows.map((row) => {
    const crmIds = unique.filter((record) => createdBy(row, record, compared)).map((r) => r.id);
    const quiet = client.now().getTime() - row.attemptedAt.getTime() >= request.quietMs;
    return { changeId: row.changeId, crmIds, final: crmIds.length > 0 || quiet };
  });
}
