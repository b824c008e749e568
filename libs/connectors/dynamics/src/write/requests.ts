import type { WriteOperation, WriteRow } from '@signalbox/connectors-sdk';
import type { DynamicsCall, DynamicsClient } from '../client/client.ts';
import type { BatchOperation } from '../client/multipart.ts';
import type { Table } from '../objects.ts';
import type { Fields } from '../read/remote-record.ts';
import { jsonValues, type DynamicsValue } from './values.ts';

/** How rows of one write request are put to Dataverse. */
export interface RowForm {
  table: Table;
  operation: WriteOperation;
  /** Column with an alternate key that takes our key; empty for a plain creation or an update. */
  keyField: string;
  fields: Fields;
}

/** Dataverse asks its duplicate rules only when it is told to; they are asked always, and never passed over. */
const ASK_DUPLICATE_RULES = { 'MSCRM.SuppressDuplicateDetection': 'false' };

/** Values were checked when the request began, so there are no bad ones left here. */
function recordOf(row: WriteRow, form: RowForm): Record<string, DynamicsValue> {
  const { values } = jsonValues(row, form.fields);
  return form.keyField ? { ...values, [form.keyField]: row.externalKey } : values;
}

const typeOf = (form: RowForm) => `Microsoft.Dynamics.CRM.${form.table.name}`;

/** All rows with one request that stands or falls as a whole. */
export function together(rows: readonly WriteRow[], form: RowForm): DynamicsCall {
  const action = form.operation === 'update' ? 'UpdateMultiple' : 'CreateMultiple';
  const Targets = rows.map((row) => ({ '@odata.type': typeOf(form), ...recordOf(row, form), ...(form.operation === 'update' ? { [form.table.primaryId]: row.crmId } : {}) }));
  return { operation: form.operation === 'update' ? 'updateMultiple' : 'createMultiple', method: 'POST', path: `${form.table.set}/Microsoft.Dynamics.CRM.${action}`, headers: ASK_DUPLICATE_RULES, body: { Targets } };
}

/** One row by itself, as part of a batch. An update of a row that has gone must not make a new one, which PATCH would do. */
export function single(client: DynamicsClient, row: WriteRow, form: RowForm): BatchOperation {
  const { set } = form.table;
  if (form.operation === 'delete') return { method: 'DELETE', path: client.versioned(`${set}(${row.crmId})`) };
  if (form.operation === 'create') return { method: 'POST', path: client.versioned(set), headers: ASK_DUPLICATE_RULES, body: recordOf(row, form) };
  return { method: 'PATCH', path: client.versioned(`${set}(${row.crmId})`), headers: { ...ASK_DUPLICATE_RULES, 'If-Match': '*' }, body: recordOf(row, form) };
}

/** Asks which rows a duplicate rule takes for this one, since the refusal does not say. */
export function duplicatesOf(client: DynamicsClient, row: WriteRow, form: RowForm): BatchOperation {
  const { values } = jsonValues(row, form.fields);
  const own = form.operation === 'update' ? { [form.table.primaryId]: row.crmId } : {};
  const entity = { '@odata.type': typeOf(form), ...own, ...Object.fromEntries(Object.entries(values).filter(([field, value]) => value !== null && !field.includes('@'))) };
  const parameters = [`@p1=${encodeURIComponent(JSON.stringify(entity))}`, `@p2=${encodeURIComponent(`'${form.table.name}'`)}`, `@p3=${encodeURIComponent(JSON.stringify({ PageNumber: 1, Count: 5 }))}`];
  return { method: 'GET', path: client.versioned(`RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)?${parameters.join('&')}`) };
}
