import type { SettleAnswer, SettleRequest, WorkOptions } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { inQueries, lookupRecords } from '../read/lookup.ts';
import { queryAllOf } from '../read/query.ts';
import { leadsAsTheyAre } from './leads.ts';
import type { RowForm } from './requests.ts';
import { jobsSince } from './jobs-since.ts';
import { sameValue } from './same-value.ts';
import { settleBySearch } from './settle-search.ts';

/** Ids are compared by these characters, which both of their lengths have. */
const ID_LENGTH = 15;
const short = (id: string) => id.slice(0, ID_LENGTH);

async function byKey(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const found = await lookupRecords(client, object, { field: form.keyField, values: rows.map((r) => r.externalKey), fields: [form.keyField] }, work);
  const ids = new Map<string, string[]>();
  for (const record of found) {
    const key = record.fields[form.keyField]?.toLowerCase() ?? '';
    ids.set(key, [...(ids.get(key) ?? []), record.id]);
  }
  return rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: ids.get(row.externalKey.toLowerCase()) ?? [] }));
}

/** An update arrived when the record has all the values that were sent. */
async function byValues(client: SalesforceClient, request: SettleRequest, work: WorkOptions): Promise<SettleAnswer[]> {
  const { object, rows } = request;
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const found = await lookupRecords(client, object, { field: 'Id', values: rows.map((r) => r.crmId), fields }, work);
  const byId = new Map(found.map((record) => [short(record.id), record]));
  return rows.map((row) => {
    const record = byId.get(short(row.crmId));
    const arrived = record && Object.entries(row.values).every(([field, value]) => sameValue(value, record.fields[field]));
    return { changeId: row.changeId, final: true, crmIds: arrived ? [record.id] : [] };
  });
}

/** A deletion arrived when the record is in the recycle bin, or gone from there as well. */
async function byAbsence(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  const queries = inQueries(['Id', 'IsDeleted'], form.object, 'Id', request.rows.map((row) => row.crmId));
  const found = await queryAllOf(client, queries, work, 'queryAll');
  const live = new Set(found.filter((row) => row['IsDeleted'] !== true).map((row) => short(row.Id)));
  return request.rows.map((row) => ({ changeId: row.changeId, final: true, crmIds: live.has(short(row.crmId)) ? [] : [row.crmId] }));
}

/** A lead tells what it became, and into which account. */
async function byLead(client: SalesforceClient, request: SettleRequest, work: WorkOptions): Promise<SettleAnswer[]> {
  const leads = await leadsAsTheyAre(client, request.rows.map((row) => row.crmId), work);
  return request.rows.map((row) => {
    const lead = leads.get(short(row.crmId));
    const ours = lead?.converted === true && short(lead.accountId) === short(row.conversion?.accountId ?? '');
    return { changeId: row.changeId, final: true, crmIds: ours ? [row.crmId] : [], ...(ours ? { contactId: lead.contactId } : {}) };
  });
}

/**
 * What became of writes whose answer was lost. All but a creation without a key may be sent again at once: none can make a
 * second record, and a lead is converted once only.
 */
export async function settleRows(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  if (request.rows.length === 0) return [];
  const answers = await answersFor(client, request, form, work);
  const missing = request.operation !== 'convert' && answers.some((answer) => answer.final && answer.crmIds.length === 0);
  if (!missing) return answers;
  // A bulk job that is at work may still bring them, and one that ended meanwhile may have.
  const jobs = await jobsSince(client, form.object, new Date(Math.min(...request.rows.map((row) => row.attemptedAt.getTime()))), work);
  if (jobs === 'none') return answers;
  if (jobs === 'ended') return answersFor(client, request, form, work);
  return answers.map((answer) => (answer.crmIds.length > 0 ? answer : { ...answer, final: false }));
}

function answersFor(client: SalesforceClient, request: SettleRequest, form: RowForm, work: WorkOptions): Promise<SettleAnswer[]> {
  switch (request.operation) {
    case 'update': return byValues(client, request, work);
    case 'delete': return byAbsence(client, request, form, work);
    case 'convert': return byLead(client, request, work);
    case 'create': return form.keyField ? byKey(client, request, form, work) : settleBySearch(client, request, form, work);
  }
}
