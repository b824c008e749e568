import { matching, orchestrations } from '@signalbox/contracts';
import type { ConvertLeadsSettings } from '@signalbox/kinds';
import type { PlannedRecord } from '@signalbox/platform-orchestration';
import type { LeadFact, SegmentCompany } from './facts.ts';

const { PlanAction } = orchestrations;
const { Decision } = matching;

type Planned = Pick<PlannedRecord, 'action' | 'reason'> & Partial<PlannedRecord>;

const skip = (reason: string, note?: string): Planned => ({ action: PlanAction.SKIP, reason, note });

function planConversion({ decision, contactIds: [contactId = '', ...others] }: LeadFact, status: string): Planned {
  // The oldest of several would need another question; the smallest id is the same each time.
  const note = others.length > 0 ? `${others.length + 1} contacts have this mail address` : undefined;
  return { action: PlanAction.CONVERT, reason: contactId ? 'merges_into_contact' : 'becomes_contact', note, conversion: { accountId: decision.accountId, contactId, status } };
}

/** Earlier ids on a lead are left as they are. */
function planWrite({ lead, decision: { accountId } }: LeadFact, field: string): Planned {
  const before = lead.fields[field] ?? '';
  if (before === accountId) return skip('already_written');
  if (before !== '') return skip('other_account_written', before);
  return { action: PlanAction.UPDATE, reason: 'account_found', changes: [{ field, before, after: accountId, clear: false, values: undefined }] };
}

function planLead(fact: LeadFact, settings: ConvertLeadsSettings): Planned {
  const { lead, decision } = fact;
  if (lead.converted) return skip('already_converted');
  if (decision.decision === Decision.REVIEW) return skip('account_unsettled');
  if (decision.decision !== Decision.MATCH) return skip('no_account');
  return settings.mode === 'convert' ? planConversion(fact, settings.convertedStatus) : planWrite(fact, settings.accountIdField);
}

/** A batch of leads, in their order. Those of no company in the segment are left out. */
export function planLeads(batch: readonly LeadFact[], settings: ConvertLeadsSettings): PlannedRecord[] {
  const planned = (fact: LeadFact, company: SegmentCompany): PlannedRecord => ({
    companyId: company.id, companyName: company.name, evidence: fact.decision, changes: [], crmId: fact.lead.crmId, ...planLead(fact, settings),
  });
  return batch.flatMap((fact) => (fact.company && !fact.lead.deleted ? [planned(fact, fact.company)] : []));
}

/** A planned record's reason, for a person. */
export function describeLead(record: PlannedRecord): string {
  const { evidence, conversion, note } = record;
  const why = evidence?.reason ?? '';
  switch (record.reason) {
    case 'becomes_contact':
      return `The lead becomes a contact of the account ${conversion?.accountId ?? ''}. ${why}`.trim();
    case 'merges_into_contact':
      return `The lead is merged into the contact ${conversion?.contactId ?? ''} of the account ${conversion?.accountId ?? ''}, which has its mail address${note ? ` (${note}; this one has the smallest id)` : ''}. ${why}`.trim();
    case 'account_found':
      return `The id of the lead's account is written to the lead. ${why}`.trim();
    case 'already_written':
      return 'The lead has the id of its account already.';
    case 'other_account_written':
      return `The lead has the id of another account, ${note ?? ''}, which is left as it is; its account is ${evidence?.accountId ?? ''}. ${why}`.trim();
    case 'already_converted':
      return 'The lead is converted already.';
    case 'account_unsettled':
      return `It is not certain which account the lead belongs to. ${why}`.trim();
    case 'no_account':
      return `The CRM has no account that the lead belongs to. ${why}`.trim();
    default:
      return record.reason;
  }
}
