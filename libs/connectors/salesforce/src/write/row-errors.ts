import type { WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
import type { ErrorEntry } from '../client/call-failure.ts';

/** Stable codes for what Salesforce says about a row. What is not listed keeps Salesforce's name in small letters. */
const CODES: Record<string, string> = {
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'field_validation',
  FIELD_INTEGRITY_EXCEPTION: 'field_validation',
  REQUIRED_FIELD_MISSING: 'required_field_missing',
  STRING_TOO_LONG: 'value_too_long',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'picklist_value_refused',
  INVALID_FIELD: 'field_unknown',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'field_not_writable',
  JSON_PARSER_ERROR: 'value_not_readable',
  NUMBER_OUTSIDE_VALID_RANGE: 'value_out_of_range',
  INVALID_EMAIL_ADDRESS: 'field_validation',
  DUPLICATE_VALUE: 'duplicate_value',
  DUPLICATES_DETECTED: 'crm_duplicate_rule',
  UNABLE_TO_LOCK_ROW: 'row_locked',
  ENTITY_IS_DELETED: 'deleted_in_crm',
  NOT_FOUND: 'deleted_in_crm',
  INVALID_CROSS_REFERENCE_KEY: 'reference_not_found',
  MALFORMED_ID: 'reference_not_found',
  STORAGE_LIMIT_EXCEEDED: 'crm_storage_full',
  DELETE_FAILED: 'delete_refused',
  INVALID_STATUS: 'converted_status_unknown',
  INVALID_OWNER: 'owner_is_queue',
  CANNOT_UPDATE_CONVERTED_LEAD: 'already_converted',
};

export const codeOf = (errorCode: string): string => (errorCode.startsWith('INSUFFICIENT_ACCESS') ? 'permission_missing' : (CODES[errorCode] ?? (errorCode.toLowerCase() || 'refused')));

export type Verdict = 'failed' | 'duplicate-rule' | 'exists' | 'locked' | 'too-much-work' | 'deleted';

/** Limits that a smaller batch stays under: CPU time, queries and statements of the org's own automation. */
function isTooMuchWork(error: ErrorEntry): boolean {
  if (['REQUEST_LIMIT_EXCEEDED', 'STORAGE_LIMIT_EXCEEDED', 'NUMBER_OUTSIDE_VALID_RANGE'].includes(error.errorCode)) return false;
  return /LIMIT_EXCEEDED$/.test(error.errorCode) || /CPU time limit|Apex CPU|Too many (SOQL|DML)|System\.LimitException/i.test(error.message);
}

/** Something that the row names is not there: for an update or a deletion, the record itself. */
const isGone = (error: ErrorEntry): boolean =>
  error.errorCode === 'ENTITY_IS_DELETED' || error.errorCode === 'NOT_FOUND' || (error.errorCode === 'INVALID_CROSS_REFERENCE_KEY' && error.fields.length === 0);

/** What is to be done about a row that Salesforce refused. */
export function judge(error: ErrorEntry, operation: WriteOperation, externalIdField: string): Verdict {
  if (error.errorCode === 'DUPLICATES_DETECTED') return 'duplicate-rule';
  if (error.errorCode === 'DUPLICATE_VALUE' && externalIdField && `${error.message} ${error.fields.join(' ')}`.includes(externalIdField)) return 'exists';
  if (error.errorCode === 'UNABLE_TO_LOCK_ROW') return 'locked';
  if (isTooMuchWork(error)) return 'too-much-work';
  return operation !== 'create' && isGone(error) ? 'deleted' : 'failed';
}

const ID_IN_MESSAGE = /record with id:\s*([a-zA-Z0-9]{15,18})/;
export const idInMessage = (message: string): string => ID_IN_MESSAGE.exec(message)?.[1] ?? '';

export function failedRow(changeId: string, errors: readonly ErrorEntry[]): WriteOutcome {
  const message = errors.map((e) => (e.fields.length > 0 ? `${e.fields.join(', ')}: ${e.message}` : e.message)).join('; ');
  return { kind: 'failed', changeId, code: codeOf(errors[0]?.errorCode ?? ''), message: `Salesforce refuses the record: ${message || 'it gave no reason'}` };
}
