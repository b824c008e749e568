import type { WriteOperation, WriteRow } from '@signalbox/connectors-sdk';
import { batchApi } from '../client/apis.ts';
import type { HubspotCall } from '../client/client.ts';
import type { HubspotObject } from '../objects.ts';

/** How rows of one write request are put to HubSpot. */
export interface RowForm {
  object: HubspotObject;
  operation: WriteOperation;
  /** Unique property that takes our key; empty for a plain creation or an update. */
  keyField: string;
}

export interface BatchResult {
  id: string;
  objectWriteTraceId?: string;
  properties?: Record<string, string | null>;
  /** Of an upsert: whether the record was not there before. */
  _new?: boolean;
}

export interface BatchAnswer {
  results?: BatchResult[];
  errors?: unknown[];
}

/** HubSpot clears a property by an empty text. */
const properties = (row: WriteRow): Record<string, string> => Object.fromEntries(Object.entries(row.values).map(([name, value]) => [name, value ?? '']));

/** With a name on every input HubSpot refuses inputs one by one; without, all of them for one. */
export const traceOf = (index: number): string => `row-${index}`;

/** What tells two rows of one call apart for HubSpot, which refuses a call that names a record twice; empty for a plain creation. */
export const targetOf = (row: WriteRow, form: RowForm): string => (form.operation !== 'create' ? row.crmId : form.keyField === '' ? '' : row.externalKey);

/** Puts at most a hundred records into the recycling bin. It says nothing of those that were not there. */
export const archive = (rows: readonly WriteRow[], { object: { type } }: RowForm): HubspotCall<unknown> =>
  ({ operation: 'batch.archive', run: (wire) => batchApi(wire).archive(type, { inputs: rows.map((row) => ({ id: row.crmId })) }) });

/** One batch of at most a hundred rows. */
export function batch(rows: readonly WriteRow[], form: RowForm): HubspotCall<BatchAnswer> {
  const { object: { type }, operation, keyField } = form;
  if (operation === 'update') {
    const inputs = rows.map((row, i) => ({ id: row.crmId, properties: properties(row), objectWriteTraceId: traceOf(i) }));
    return { operation: 'batch.update', run: (wire) => batchApi(wire).update(type, { inputs }) };
  }
  if (keyField !== '') {
    const inputs = rows.map((row, i) => ({ id: row.externalKey, idProperty: keyField, properties: { ...properties(row), [keyField]: row.externalKey }, objectWriteTraceId: traceOf(i) }));
    return { operation: 'batch.upsert', run: (wire) => batchApi(wire).upsert(type, { inputs }) };
  }
  const inputs = rows.map((row, i) => ({ properties: properties(row), associations: [], objectWriteTraceId: traceOf(i) }));
  return { operation: 'batch.create', run: (wire) => batchApi(wire).create(type, { inputs }) };
}
