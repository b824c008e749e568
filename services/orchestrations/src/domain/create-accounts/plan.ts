import { matching, orchestrations, type crmWriter, type types } from '@signalbox/contracts';
import type { PlannedRecord } from '@signalbox/platform-orchestration';
import { companyField } from '../company-fields.ts';
import { valueProblem } from '../crm-field-value.ts';
import type { AccountFacts, CompanyFact } from './facts.ts';

const { PlanAction } = orchestrations;
const { Decision } = matching;

interface Writer {
  field: crmWriter.CrmField;
  read: (company: types.Company) => string;
}

/** How this plan fills an account. */
export interface AccountState {
  writers: Writer[];
  externalIdField: string;
}

export function beginAccounts({ profile, crmFields }: AccountFacts): AccountState {
  const fields = new Map((crmFields ?? []).map((f) => [f.name, f]));
  const writers = (profile?.mappings ?? []).flatMap((m): Writer[] => {
    const field = fields.get(m.crmField);
    if (!field) return [];
    return [{ field, read: m.constant ? () => m.constant : (companyField(m.companyField)?.read ?? (() => '')) }];
  });
  return { writers, externalIdField: profile?.externalIdField ?? '' };
}

const change = (field: string, after: string): crmWriter.FieldChange => ({ field, before: '', after, clear: false, values: undefined });

/** The new account's fields, or why the CRM could not take one of them. */
function accountFields(company: types.Company, state: AccountState): { changes: crmWriter.FieldChange[]; problem?: string } {
  const changes: crmWriter.FieldChange[] = [];
  for (const { field, read } of state.writers) {
    const value = read(company).trim();
    if (value === '') {
      if (field.required) return { changes: [], problem: `the company has no value for ${field.name}, which the CRM requires` };
      continue;
    }
    const problem = valueProblem(field, value);
    if (problem !== undefined) return { changes: [], problem };
    changes.push(change(field.name, value));
  }
  if (state.externalIdField) changes.push(change(state.externalIdField, company.id));
  return { changes };
}

/** False for a company that the CRM could not take: no account is made for it, so none is a duplicate of it. */
export const canBeWritten = (company: types.Company, state: AccountState): boolean => accountFields(company, state).problem === undefined;

function planNew({ company, decision }: CompanyFact, state: AccountState, skip: (reason: string, note?: string) => PlannedRecord): PlannedRecord {
  if (decision.duplicateOfCandidateId) return skip('duplicate_in_segment', decision.duplicateOfCandidateId);
  const { changes, problem } = accountFields(company, state);
  if (problem !== undefined) return skip('field_invalid', problem);
  return {
    companyId: company.id, companyName: company.name, action: PlanAction.CREATE, reason: 'not_in_crm', evidence: decision, changes, crmId: '',
    identity: matching.MatchCandidate.fromPartial({ id: company.id, name: company.name, website: company.website, country: company.country }),
  };
}

/** Plans a batch of members, in their order. */
export function planAccounts(batch: readonly CompanyFact[], state: AccountState): PlannedRecord[] {
  const records: PlannedRecord[] = [];
  for (const fact of batch) {
    const { company, decision } = fact;
    const skip = (reason: string, note?: string): PlannedRecord => ({
      companyId: company.id, companyName: company.name, action: PlanAction.SKIP, reason, evidence: decision, changes: [], crmId: decision.accountId, note,
    });
    if (decision.decision === Decision.MATCH) {
      // A company that is linked to its account is done with, and no longer listed (CNA-10).
      if (decision.rule !== 'link') records.push(skip('already_in_crm'));
    } else if (decision.decision === Decision.NEW) {
      records.push(planNew(fact, state, skip));
    } else {
      records.push(skip('needs_review'));
    }
  }
  return records;
}

/** A planned record's reason, for a person. */
export function describeAccount(record: PlannedRecord): string {
  const evidence = record.evidence;
  switch (record.reason) {
    case 'not_in_crm':
      return evidence?.reason || 'The CRM holds no account of this company.';
    case 'already_in_crm':
      return `The CRM already holds this company as ${record.crmId}${evidence?.rule ? ` (rule ${evidence.rule})` : ''}. ${evidence?.reason ?? ''}`.trim();
    case 'needs_review':
      return `It is not certain that this company needs an account of its own. ${evidence?.reason ?? ''}`.trim();
    case 'duplicate_in_segment':
      return `Another company of this segment, ${record.note}, is the same and gets the account. ${evidence?.reason ?? ''}`.trim();
    case 'field_invalid':
      return `The account cannot be written: ${record.note}.`;
    default:
      return record.reason;
  }
}
