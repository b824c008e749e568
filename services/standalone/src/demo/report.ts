import type { DemoReport, RunReport } from './types.ts';

const number = (n: number) => n.toLocaleString('en-US');
const counts = (c: Record<string, number>) => Object.entries(c).sort(([, a], [, b]) => b - a).map(([name, n]) => `${name} ${number(n)}`).join(', ') || 'none';

function lines(title: string, run: RunReport): string[] {
  return [
    title,
    `  eligible       ${number(run.eligible)}`,
    `  created        ${number(run.created)}`,
    `  skipped        ${counts(run.skipped)}`,
    `  failed         ${number(run.failed)}`,
    `  CRM calls      ${counts(run.apiCalls)}`,
    `  seconds        ${run.seconds}`,
  ];
}

/** What happened, for a person. */
export function reportText(report: DemoReport): string {
  return [...lines('First run', report), '', ...lines('Second run: nothing is created twice', report.again), ''].join('\n');
}
