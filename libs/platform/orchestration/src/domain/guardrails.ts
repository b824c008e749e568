import type { orchestrations } from '@signalbox/contracts';

/** A kind's limits where the orchestration names none (0). */
export interface GuardrailDefaults {
  maxRecords: number;
  /** Percent of the records that the CRM holds; may be above 100, since creations add to it. */
  maxSharePercent: number;
  maxClears: number;
  /**
   * The default share is judged only for plans of more records than this, so that a first run into a small CRM goes
   * through. A share that a person has set is always judged.
   */
  shareJudgedAbove: number;
}

export interface PlanSize {
  toWrite: number;
  clears: number;
  /** Records that the CRM holds now. */
  crmRecords: number;
}

export interface Breach {
  code: 'guardrail.max_records' | 'guardrail.max_share' | 'guardrail.max_clears';
  message: string;
}

/** Percent of the CRM's records that the plan writes; 100 for any plan into an empty CRM, 0 for an empty plan. */
export function sharePercent(size: Pick<PlanSize, 'toWrite' | 'crmRecords'>): number {
  if (size.toWrite === 0) return 0;
  if (size.crmRecords === 0) return 100;
  return Math.round((size.toWrite / size.crmRecords) * 10_000) / 100;
}

const words = (n: number) => n.toLocaleString('en-US');
const remedy = 'Look at the plan, then override for this run, or change the limit of the orchestration.';

/** The first limit that the plan passes, in words; undefined when it may run (ORC-10). */
export function breachOf(size: PlanSize, set: orchestrations.Guardrails, defaults: GuardrailDefaults): Breach | undefined {
  const maxRecords = set.maxRecords || defaults.maxRecords;
  if (size.toWrite > maxRecords) {
    return { code: 'guardrail.max_records', message: `The plan writes ${words(size.toWrite)} records; at most ${words(maxRecords)} are allowed in one run. ${remedy}` };
  }
  const maxClears = set.maxClears || defaults.maxClears;
  if (size.clears > maxClears) {
    return { code: 'guardrail.max_clears', message: `The plan clears ${words(size.clears)} field values; at most ${words(maxClears)} are allowed in one run. ${remedy}` };
  }
  // An empty CRM has nothing that could be changed: only the number of records is judged.
  const judged = size.crmRecords > 0 && (set.maxSharePercent > 0 || size.toWrite > defaults.shareJudgedAbove);
  const maxShare = set.maxSharePercent || defaults.maxSharePercent;
  const share = sharePercent(size);
  if (judged && share > maxShare) {
    return { code: 'guardrail.max_share', message: `The plan writes ${words(size.toWrite)} records, ${words(share)}% of the ${words(size.crmRecords)} that the CRM holds; at most ${words(maxShare)}% are allowed in one run. ${remedy}` };
  }
  return undefined;
}

/** Problems of limits that a person has set. */
export function guardrailProblems(set: orchestrations.Guardrails | undefined): { code: string; field: string; message: string }[] {
  const fields = [['max_records', set?.maxRecords], ['max_share_percent', set?.maxSharePercent], ['max_clears', set?.maxClears]] as const;
  return fields
    .filter(([, value]) => value !== undefined && !(value >= 0))
    .map(([name]) => ({ code: 'orchestrations.guardrails.negative', field: `guardrails.${name}`, message: `The limit ${name} must be 0 (the default of the kind) or more.` }));
}
