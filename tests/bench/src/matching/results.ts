import type { Quality } from './quality.ts';
import type { Measured } from './tools.ts';

export interface Result extends Measured, Quality {
  tool: string;
  size: string;
  accounts: number;
  candidates: number;
  /** From which score on a peer's likeliest account is a match. */
  matchAt?: number;
}

const number = (n: number): string => n.toLocaleString('en-US');

/** As the README shows them. */
export function tableOf(results: readonly Result[]): string {
  const rows = [...results].sort((a, b) => a.accounts - b.accounts).map((r) =>
    `| ${number(r.candidates)} x ${number(r.accounts)} | ${r.tool} | ${r.f1.toFixed(3)} | ${(r.newRecognised * 100).toFixed(1)}% | ${r.matchSeconds.toFixed(1)} s | ${r.seconds.toFixed(1)} s | ${r.cpuSeconds.toFixed(1)} s | ${number(r.peakMb)} MB | ${r.load.toFixed(0)} |`);
  return ['| candidates x accounts | matcher | F1 | new recognised | matching | whole process | its processor time | peak memory | load |', '|---|---|---|---|---|---|---|---|---|', ...rows, ''].join('\n');
}
