import type { WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
import type { CallFailure } from '../client/call-failure.ts';

/** Stable codes for what Dataverse says about a row. What is not listed keeps Dataverse's own. */
const CODES: Record<string, string> = {
  '0x80040265': 'field_validation',
  '0x80044331': 'value_too_long',
  '0x80044330': 'value_out_of_range',
  '0x8004431a': 'picklist_value_refused',
  '0x80048408': 'picklist_value_refused',
  '0x80048d19': 'value_not_readable',
  '0x80060892': 'duplicate_value',
  '0x80040237': 'duplicate_value',
  '0x80040333': 'crm_duplicate_rule',
  '0x80044150': 'row_locked',
  '0x80040220': 'permission_missing',
  '0x80048306': 'permission_missing',
};
export const GONE = '0x80040217';
const KEY_TAKEN = '0x80060892';
const DUPLICATE_RULE = '0x80040333';

/** The column that a payload names and the table does not have (any more). */
export const unknownField = (failure: CallFailure): string | undefined => /The property '([^']+)' does not exist on type/.exec(failure.error?.message ?? '')?.[1]
  ?? /An undeclared property '([^']+)' which only has property annotations/.exec(failure.error?.message ?? '')?.[1];

export type Verdict = 'unknown' | 'stop' | 'locked' | 'exists' | 'duplicate-rule' | 'deleted' | 'failed';

/** What is to be done about rows that were refused, alone or together. */
export function judge(failure: CallFailure, operation: WriteOperation): Verdict {
  if (failure.maybeDone) return 'unknown';
  if (failure.deadlock) return 'locked';
  if (failure.status === 0 || failure.status === 401 || failure.status === 429) return 'stop';
  if (failure.code === KEY_TAKEN) return 'exists';
  if (failure.code === DUPLICATE_RULE) return 'duplicate-rule';
  if (failure.status === 403) return 'stop';
  if ((operation === 'update' || operation === 'delete') && failure.status === 404 && failure.code === GONE) return 'deleted';
  return [400, 404, 405, 409, 412, 413].includes(failure.status) ? 'failed' : 'stop';
}

export function failedRow(changeId: string, failure: CallFailure): WriteOutcome {
  const field = unknownField(failure);
  const code = field ? 'field_unknown' : (CODES[failure.code] ?? (failure.code || 'refused'));
  return { kind: 'failed', changeId, code, message: `Dynamics 365 refuses the record: ${failure.error?.message.trim().slice(0, 1000) || 'it gave no reason'}` };
}
