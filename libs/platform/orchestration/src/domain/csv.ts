import type { orchestrations } from '@signalbox/contracts';

/** Columns of the CSV of a plan, in order. */
export const CSV_COLUMNS = ['position', 'company_id', 'company_name', 'action', 'reason', 'reason_text', 'state', 'crm_id', 'outcome_code', 'outcome_message', 'changes', 'rule', 'score', 'other_candidates'] as const;

const lower = (value: string, prefix: string) => value.slice(prefix.length).toLowerCase();
/** A spreadsheet would run a cell that begins like a formula: such a cell is written as text. */
const FORMULA = /^[=+\-@\t\r]/;
const cell = (value: string) => (FORMULA.test(value) ? `'${value}` : value);

function changesText(record: orchestrations.PlanRecord): string {
  return record.changes.map((c) => (c.clear ? `${c.field}: cleared` : `${c.field}: ${c.before ? `${c.before} > ` : ''}${c.after}`)).join('; ');
}

/** One record as cells in the order of CSV_COLUMNS; quoting is the writer's. */
export function csvRow(record: orchestrations.PlanRecord): string[] {
  const evidence = record.evidence;
  const others = (evidence?.otherCandidates ?? []).map((o) => `${o.accountId} ${o.name} (${o.score})`).join('; ');
  return [
    String(record.position), record.companyId, cell(record.companyName), lower(record.action, 'PLAN_ACTION_'), record.reason, cell(record.reasonText),
    lower(record.state, 'RECORD_STATE_'), record.crmId, record.outcomeCode, cell(record.outcomeMessage), cell(changesText(record)),
    evidence?.rule ?? '', evidence ? String(evidence.score) : '', cell(others),
  ];
}
