import type { WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
import type { HubspotError } from '../client/call-failure.ts';

/** Stable codes for what HubSpot has against a property. */
const CODES: Record<string, string> = {
  PROPERTY_DOESNT_EXIST: 'field_unknown',
  READ_ONLY_VALUE: 'field_not_writable',
  INVALID_OPTION: 'picklist_value_refused',
  INVALID_INTEGER: 'value_not_readable',
  INVALID_NUMBER: 'value_not_readable',
  INVALID_LONG: 'value_not_readable',
  INVALID_DATE: 'value_not_readable',
  PROPERTY_VALUE_TOO_LONG: 'value_too_long',
  REQUIRED_FIELD: 'required_field_missing',
};

const HOLDER = /(\d+) already has that value/;
const EXISTING = /Existing ID:\s*(\d+)/;

/** The record that has the unique value already; empty when the error is about something else. */
export const holderOf = (error: HubspotError): string => error.context['existingId']?.[0] ?? EXISTING.exec(error.message)?.[1] ?? HOLDER.exec(error.message)?.[1] ?? '';

export function codeOf(error: HubspotError): string {
  const { code = '' } = error.complaints[0] ?? {};
  if (CODES[code]) return CODES[code];
  if (HOLDER.test(error.message) || error.category === 'CONFLICT') return 'duplicate_value';
  if (error.category === 'VALIDATION_ERROR') return 'field_validation';
  return error.category.toLowerCase() || 'refused';
}

/** Properties that HubSpot does not have any more. */
export const unknownFields = (error: HubspotError): string[] => error.complaints.filter((c) => c.code === 'PROPERTY_DOESNT_EXIST').flatMap((c) => c.fields);

export function failedRow(changeId: string, error: HubspotError): WriteOutcome {
  const said = error.complaints.filter((c) => c.message !== '').map((c) => (c.fields.length > 0 && !c.fields.some((f) => c.message.includes(f)) ? `${c.fields.join(', ')}: ${c.message}` : c.message)).join('; ');
  return { kind: 'failed', changeId, code: codeOf(error), message: `HubSpot refuses the record: ${said || error.message || 'it gave no reason'}` };
}

export type Verdict = 'failed' | 'ours' | 'exists' | 'gone';

/** What an error about one row means. `keyField` is the property that takes our key; empty when the row goes without. */
export function judge(error: HubspotError, operation: WriteOperation, keyField: string): Verdict {
  if (operation !== 'create') return error.category === 'OBJECT_NOT_FOUND' ? 'gone' : 'failed';
  if (holderOf(error) === '') return 'failed';
  if (keyField !== '' && error.message.includes(`propertyName=${keyField},`)) return 'ours';
  // HubSpot keeps contacts apart by their email: its rule, and its finding.
  return error.category === 'CONFLICT' ? 'exists' : 'failed';
}
