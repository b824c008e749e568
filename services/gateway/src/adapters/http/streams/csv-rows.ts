import type { crmWriter, matching, orchestrations, types } from '@signalbox/contracts';

export const MEMBER_COLUMNS = ['id', 'source_id', 'name', 'website', 'domain', 'country', 'industry', 'employees', 'annual_revenue', 'attributes'];

export function memberRow(c: types.Company): unknown[] {
  const attributes = Object.keys(c.attributes).length > 0 ? JSON.stringify(c.attributes) : '';
  return [c.id, c.sourceId, c.name, c.website, c.domain, c.country, c.industry, c.employees, c.annualRevenue, attributes];
}

const word = (value: string, prefix: string) => value.slice(prefix.length).toLowerCase();

/** Columns of a plan: what happens to the record and why, then a column for each mapped CRM field. */
export function planColumns(crmFields: readonly string[]): string[] {
  return [
    'position', 'company_id', 'company_name', 'action', 'reason', 'reason_text', 'state', 'crm_id', 'outcome_code', 'outcome_message',
    'match_rule', 'match_score', 'matched_account', 'other_candidates', ...crmFields.map((field) => `set ${field}`), 'further_changes',
  ];
}

type Change = orchestrations.PlanRecord['changes'][number];
const after = (change: Change | undefined) => (change === undefined ? '' : change.clear ? '(cleared)' : change.after);

export function planRow(r: orchestrations.PlanRecord, crmFields: readonly string[]): unknown[] {
  const evidence = r.evidence;
  // A deletion writes no field; its changes say what the record holds.
  const changes = word(r.action, 'PLAN_ACTION_') === 'delete' ? [] : r.changes;
  const further = changes.filter((c) => !crmFields.includes(c.field)).map((c) => `${c.field}: ${after(c)}`).join('; ');
  return [
    r.position, r.companyId, r.companyName, word(r.action, 'PLAN_ACTION_'), r.reason, r.reasonText, word(r.state, 'RECORD_STATE_'), r.crmId, r.outcomeCode, r.outcomeMessage,
    evidence?.rule ?? '', evidence ? evidence.score : '', evidence?.accountId ?? '', evidence?.otherCandidates.map((o) => `${o.name} (${o.accountId}, ${o.score})`).join('; ') ?? '',
    ...crmFields.map((field) => after(changes.find((c) => c.field === field))), further,
  ];
}

export const LABELLED_PAIR_COLUMNS = [
  'connection_id', 'company_id', 'company_name', 'company_website', 'company_country', 'account_id', 'account_name', 'account_website', 'account_country', 'answer',
  'score', 'rules_version', 'model_version', 'answered_by', 'answered_at', 'withdrawn_by', 'withdrawn_at',
];

export function labelledPairRow(p: matching.LabelledPair): unknown[] {
  return [
    p.connectionId, p.companyId, p.companyName, p.companyWebsite, p.companyCountry, p.accountId, p.accountName, p.accountWebsite, p.accountCountry, p.same ? 'same' : 'different',
    p.score, p.rulesVersion, p.modelVersion, p.answeredBy, p.answeredAt?.toISOString() ?? '', p.withdrawnBy, p.withdrawnAt?.toISOString() ?? '',
  ];
}

export const WRITE_COLUMNS = ['written_at', 'answered_at', 'connection_id', 'object', 'operation', 'crm_id', 'name', 'company_id', 'run_id', 'state', 'code', 'message', 'before', 'after', 'change_id'];

export function writeRow(w: crmWriter.WriteRecord): unknown[] {
  const fields = (value: (change: crmWriter.FieldChange) => string): string => w.changes.map((change) => `${change.field}: ${value(change)}`).join('; ');
  return [
    w.intendedAt?.toISOString() ?? '', w.settledAt?.toISOString() ?? '', w.connectionId, w.object, word(w.operation, 'CHANGE_OPERATION_'), w.crmId, w.name, w.companyId, w.runId, w.state, w.code, w.message,
    fields((change) => change.before), fields((change) => (change.clear ? '(cleared)' : change.after)), w.changeId,
  ];
}
