import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { builtMain } from '../topology/child.ts';

export interface CommandResult {
  code: number;
  out: string;
  err: string;
}

/** `signalbox WORDS...` to its end, with the environment of a bare shell and what is given. */
export function signalbox(words: readonly string[], environment: Record<string, string> = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment };
    const child = execFile(process.execPath, [builtMain('standalone'), ...words], { env, maxBuffer: 1 << 26 }, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
}

export type Row = Record<string, string>;

export const readTable = (file: string): Row[] => parse(readFileSync(file), { columns: true }) as Row[];

/** A file of the labelled companies. */
export const dataFile = (name: string): string => fileURLToPath(new URL(`../../../data/companies/${name}`, import.meta.url));

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

/** Rows as a CSV file with the columns of the first. */
export function asCsv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  return [columns.join(','), ...rows.map((row) => columns.map((column) => quoted(row[column] ?? '')).join(',')), ''].join('\n');
}

/** The same rows in another order, the same at every run. */
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const result = [...rows];
  let state = seed;
  for (let i = result.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const at = state % (i + 1);
    [result[i], result[at]] = [result[at] as T, result[i] as T];
  }
  return result;
}
