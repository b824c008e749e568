import type { DemoReport, RunReport } from './types.ts';

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

export interface CrmState {
  accountsBefore: number;
  accountsAfter: number;
  /** Our ids found in the CRM, one for each account that we made. */
  companyIds: string[];
}

function addsUp(name: string, run: RunReport): string[] {
  const total = run.created + sum(run.skipped) + run.failed;
  return total === run.eligible ? [] : [`${name}: created, skipped and failed add up to ${total}, and ${run.eligible} were planned`];
}

/** What is not as it should be, in words; empty when all is well. */
export function verify(report: DemoReport, crm: CrmState): string[] {
  const wrong = [...addsUp('first run', report), ...addsUp('second run', report.again)];
  if (report.created === 0) wrong.push('the first run created nothing');
  if (report.failed > 0) wrong.push(`${report.failed} records failed in the first run`);
  if (report.again.created !== 0) wrong.push(`the second run created ${report.again.created} accounts again`);
  const grown = crm.accountsAfter - crm.accountsBefore;
  if (grown !== report.created) wrong.push(`the CRM has ${grown} more accounts, and ${report.created} were reported as created`);
  if (new Set(crm.companyIds).size !== crm.companyIds.length) wrong.push('a company has more than one account in the CRM');
  if (crm.companyIds.length !== report.created) wrong.push(`${crm.companyIds.length} accounts carry our id, and ${report.created} were created`);
  return wrong;
}
