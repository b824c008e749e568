import type { PlanRecord } from '../../api/types.ts';
import { USUAL_SEPARATOR } from './settings.ts';

export interface NamesChange {
  joined: string[];
  left: string[];
  before: string;
  after: string;
}

const namesIn = (value: string, separator: string): string[] => value.split(separator.trim()).map((name) => name.trim()).filter(Boolean);

/** Which names an account gets and loses, as the plan says; of a run that is taken back, as the values say. Undefined for a record that is not written. */
export function namesChange(record: PlanRecord, separator: string): NamesChange | undefined {
  const [change] = record.changes;
  if (!change) return undefined;
  const [before, after] = [change.before ?? '', change.clear ? '' : (change.after ?? '')];
  if (change.values) return { before, after, joined: change.values.added, left: change.values.removed };
  const [had, has] = [before, after].map((value) => namesIn(value, separator || USUAL_SEPARATOR)) as [string[], string[]];
  return { before, after, joined: has.filter((name) => !had.includes(name)), left: had.filter((name) => !has.includes(name)) };
}
