import type { SettleAnswer, WriteOperation, WriteOutcome } from '@signalbox/connectors-sdk';
import type { ChangeOutcome } from '../domain/changes.ts';

const done = (operation: WriteOperation) => (operation === 'create' ? 'created' : 'updated');

/** An outcome of the connector as the ledger keeps it; undefined for one that is not known yet. */
export function toOutcome(outcome: WriteOutcome, operation: WriteOperation): ChangeOutcome | undefined {
  const { changeId } = outcome;
  switch (outcome.kind) {
    case 'written':
      if (outcome.existed && operation === 'create') {
        return { changeId, state: 'unknown_then_settled', crmId: outcome.crmId, code: 'created', message: 'The CRM had the record under our own key already: an earlier write had arrived.' };
      }
      return { changeId, state: 'succeeded', crmId: outcome.crmId, code: done(operation), message: '' };
    case 'skipped':
      return { changeId, state: 'skipped', crmId: outcome.crmId, code: outcome.code, message: outcome.message };
    case 'failed':
      return { changeId, state: 'failed', crmId: '', code: outcome.code, message: outcome.message };
    case 'unknown':
      return undefined;
  }
}

export const settledByAsking = (changeId: string, crmId: string, operation: WriteOperation): ChangeOutcome => ({
  changeId, state: 'unknown_then_settled', crmId, code: done(operation), message: 'The answer to the write was lost. The CRM was asked, and has the record.',
});

export interface Settled {
  found: { changeId: string; crmId: string }[];
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
      settled.found.push({ changeId: answer.changeId, crmId });
    } else {
      (answer.final || answer.crmIds.length > 0 ? settled.absent : settled.open).push(answer.changeId);
    }
  }
  return settled;
}
