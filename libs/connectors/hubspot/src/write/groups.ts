import type { WriteRow } from '@signalbox/connectors-sdk';
import { targetOf, type RowForm } from './requests.ts';

export const ROWS_PER_CALL = 100;

export type Group = readonly WriteRow[];

/** Calls of at most a hundred rows, in order; rows for one record come in different calls. */
export function groups(rows: readonly WriteRow[], form: RowForm): Group[] {
  const made: { rows: WriteRow[]; targets: Set<string> }[] = [];
  /** Calls before this one are full. */
  let open = 0;
  for (const row of rows) {
    const target = targetOf(row, form).toLowerCase();
    let at = open;
    while (made[at] && (made[at]!.rows.length >= ROWS_PER_CALL || (target !== '' && made[at]!.targets.has(target)))) at += 1;
    made[at] ??= { rows: [], targets: new Set() };
    made[at]!.rows.push(row);
    made[at]!.targets.add(target);
    while (made[open] && made[open]!.rows.length >= ROWS_PER_CALL) open += 1;
  }
  return made.map((g) => g.rows);
}

export function halves(of: Group): Group[] {
  const middle = Math.ceil(of.length / 2);
  return [of.slice(0, middle), of.slice(middle)].filter((rows) => rows.length > 0);
}
