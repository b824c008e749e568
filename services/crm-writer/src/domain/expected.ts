import type { Change, ChangeOutcome, WriteOperation } from './changes.ts';
import type { StandingRecord } from './mirror.ts';

const listed = (names: readonly string[]): string => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));

/**
 * Why a record is no longer what it was when its change was planned, as the outcome that it then has (ORC-11); undefined when it
 * still is. An update needs the fields that it writes as they were before; a deletion, the whole record.
 */
export function departure(change: Change, operation: WriteOperation, present: StandingRecord | undefined, plannedAtSequence: number): ChangeOutcome | undefined {
  const skip = (code: string, message: string): ChangeOutcome => ({ changeId: change.changeId, state: 'skipped', crmId: change.crmId, code, message });
  if (!present || present.deleted) return skip('deleted_in_crm', 'The record is no longer in the CRM.');
  const changed = change.fields.filter((f) => (present.fields[f.field] ?? '') !== f.before).map((f) => f.field);
  if (changed.length > 0) return skip('changed_since', `${listed(changed)} ${changed.length > 1 ? 'were' : 'was'} changed in the CRM since this was planned. The record is left as it is.`);
  const touched = operation === 'delete' && !present.ours && present.sequence > plannedAtSequence;
  return touched ? skip('changed_since', 'The record was changed in the CRM since this was planned. It is left as it is.') : undefined;
}
