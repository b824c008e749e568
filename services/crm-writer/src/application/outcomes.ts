import type { SettleAnswer, WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
import type { ChangeOutcome } from '../domain/changes.ts';

const DONE: Record<WriteOperation, string> = { create: 'created', update: 'updated', delete: 'deleted', convert: 'converted' };
const FOUND: Record<WriteOperation, string> = { create: 'has the record', update: 'has the record', delete: 'no longer has the record', convert: 'has converted the lead' };

/** An outcome of the connector as the ledger keeps it; undefined for one that is not known yet. */
export function toOutcome(outcome: WriteOutcome, operation: WriteOperation): ChangeOutcome | undefined {
  const { changeId } = outcome;
  switch (outcome.kind) {
    case 'written':
      if (outcome.existed && operation === 'create') {
        return { changeId, state: 'unknown_then_settled', crmId: outcome.crmId, code: 'created', message: 'The CRM had the record under our own key already: an earlier write had arrived.' };
      }
      return { changeId, state: 'succeeded', crmId: outcome.crmId, code: DONE[operation], message: '', contactId: outcome.contactId };
    case 'skipped':
      return { changeId, state: 'skipped', crmId: outcome.crmId, code: outcome.code, message: outcome.message };
    case 'failed':
      return { changeId, state: 'failed', crmId: '', code: outcome.code, message: outcome.message };
    case 'unknown':
      return undefined;
  }
}

export const settledByAsking = ({ changeId, crmId, contactId }: Settled['found'][number], operation: WriteOperation): ChangeOutcome => ({
  changeId, state: 'unknown_then_settled', crmId, code: DONE[operation], message: `The answer to the write was lost. The CRM was asked, and ${FOUND[operation]}.`, contactId,
});

export interface Settled {
  found: { changeId: string; crmId: string; contactId?: string }[];
  /** Certainly not in the CRM: to be written. */
  absent: string[];
  /** May yet appear. */
  open: string[];
}

/** Gives each row at most one of the records found for it, and no record to two rows or to one that another change has claimed. */
export function assignFound(answers: readonly SettleAnswer[], claimed: ReadonlySet<string>): Settled {
  const taken = new Set(claimed);
  const settled: Settled = { found: [], absent: [], open: [] };
  for (const answer of answers) {
    const crmId = answer.crmIds.find((id) => !taken.has(id));
    if (crmId) {
      taken.add(crmId);
      settled.found.push({ changeId: answer.changeId, crmId, contactId: answer.contactId });
    } else {
      (answer.final || answer.crmIds.length > 0 ? settled.absent : settled.open).push(answer.changeId);
    }
  }
  return settled;
}
