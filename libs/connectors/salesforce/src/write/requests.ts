import type { FieldDescription, WriteOperation, WriteRow } from '@signalbox/connectors-sdk';
import type { SalesforceClient } from '../client/client.ts';
import { jsonValues } from './values.ts';

/** How rows of one write request are put to Salesforce. */
export interface RowForm {
  object: string;
  operation: WriteOperation;
  /** Field of the org that takes our key; empty for a plain creation or an update. */
  keyField: string;
  fields: ReadonlyMap<string, FieldDescription>;
}

export interface Subrequest {
  method: 'POST' | 'PATCH' | 'DELETE';
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders?: Record<string, string>;
}

/** Asks for the record that a duplicate rule found, and never for the rule to be passed over. */
export const ASK_FOR_DUPLICATE = { 'Sforce-Duplicate-Rule-Header': 'allowSave=false; includeRecordDetails=true' };

/** Values were checked when the request began, so there are no bad ones left here. */
const values = (row: WriteRow, form: RowForm) => jsonValues(row, form.fields).values;

/** One sObject Collections request: rows fail one by one, never together. */
export function collection(rows: readonly WriteRow[], form: RowForm): { method: 'POST' | 'PATCH' | 'DELETE'; path: string; body?: unknown; operation: string } {
  if (form.operation === 'delete') {
    const ids = rows.map((row) => encodeURIComponent(row.crmId)).join(',');
    return { method: 'DELETE', path: `/composite/sobjects?ids=${ids}&allOrNone=false`, operation: 'collections.delete' };
  }
  const records = rows.map((row) => {
    const record = { attributes: { type: form.object }, ...values(row, form) };
    if (form.operation === 'update') return { ...record, id: row.crmId };
    return form.keyField ? { ...record, [form.keyField]: row.externalKey } : record;
  });
  const body = { allOrNone: false, records };
  if (form.operation === 'update') return { method: 'PATCH', path: '/composite/sobjects', body, operation: 'collections.update' };
  if (form.keyField) return { method: 'PATCH', path: `/composite/sobjects/${form.object}/${form.keyField}`, body, operation: 'collections.upsert' };
  return { method: 'POST', path: '/composite/sobjects', body, operation: 'collections.create' };
}

/** One row by itself, as a subrequest that tells which record a duplicate rule found. */
export function single(client: SalesforceClient, row: WriteRow, form: RowForm, referenceId: string): Subrequest {
  const root = client.versioned(`/sobjects/${form.object}`);
  if (form.operation === 'delete') return { method: 'DELETE', url: `${root}/${row.crmId}`, referenceId };
  const body = values(row, form);
  const shared = { referenceId, body, httpHeaders: ASK_FOR_DUPLICATE };
  if (form.operation === 'update') return { method: 'PATCH', url: `${root}/${row.crmId}`, ...shared };
  if (form.keyField) {
    // The key stands in the address; Salesforce refuses a record that names it a second time.
    const { [form.keyField]: _key, ...rest } = body;
    return { method: 'PATCH', url: `${root}/${form.keyField}/${encodeURIComponent(row.externalKey)}`, ...shared, body: rest };
  }
  return { method: 'POST', url: root, ...shared };
}
