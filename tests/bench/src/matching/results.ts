import type { Quality } from './quality.ts';
import type { Measured } from './tools.ts';
import { WORKLOADS, type Size, type Subject } from './workloads.ts';

export interface Result extends Measured, Pick<Quality, 'f1' | 'precision' | 'recall'>, Partial<Pick<Quality, 'newRecognised' | 'review'>> {
  tool: string;
  size: Size;
  accounts: number;
  candidates: number;
  /** From which score on a peer's likeliest account is a match. */
  matchAt?: number;
}

const number = (n: number, digits = 0): string => n.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (share: number | undefined): string => `${((share as number) * 100).toFixed(1)}%`;

export const subjectOf = ({ size }: Result): Subject => WORKLOADS[size].subject;

const MEASURED = ['matching', 'whole process', 'its processor time', 'peak memory', 'load'];
const measured = (r: Result): string[] => [...[r.matchSeconds, r.seconds, r.cpuSeconds].map((s) => `${number(s, 1)} s`), `${number(r.peakMb)} MB`, r.load.toFixed(0)];

const TABLES: Readonly<Record<Subject, { columns: string[]; row(r: Result): string[] }>> = {
  companies: { columns: ['candidates x accounts', 'matcher', 'F1', 'new recognised'], row: (r) => [`${number(r.candidates)} x ${number(r.accounts)}`, r.tool, r.f1.toFixed(3), percent(r.newRecognised)] },
  leads: { columns: ['leads x accounts', 'matcher', 'F1', 'new recognised'], row: (r) => [`${number(r.candidates)} x ${number(r.accounts)}`, r.tool, r.f1.toFixed(3), percent(r.newRecognised)] },
  duplicates: { columns: ['accounts, duplicates', 'matcher', 'F1', 'precision', 'recall'], row: (r) => [`${number(r.accounts)}, ${number(r.candidates)}`, r.tool, r.f1.toFixed(3), percent(r.precision), percent(r.recall)] },
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Of each subject the table that the README shows. */
export function tablesOf(results: readonly Result[]): string {
  return (Object.keys(TABLES) as Subject[]).map((subject) => {
    const { columns, row } = TABLES[subject];
    const here = results.filter((r) => subjectOf(r) === subject).sort((a, b) => a.accounts - b.accounts);
    const heads = [...columns, ...MEASURED];
    return [line(heads), `|${'---|'.repeat(heads.length)}`, ...here.map((r) => line([...row(r), ...measured(r)])), ''].join('\n');
  }).join('\n');
}
