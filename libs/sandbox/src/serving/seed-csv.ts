import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { SeedResult } from './control.ts';

/** How a provider takes the lines of a seed in; both may throw, naming what is wrong. */
export interface SeedTarget {
  object: string;
  /** The field that a column of the header means. */
  column(name: string): string;
  /** Inserts one record and gives its id; `place` names it in an error. */
  insert(record: Record<string, string>, place: string): string;
}

/** Ids that an answer holds at most. */
export const SEED_IDS = 2000;

/** Streams a CSV in; its header holds API field names. Stops at the first bad line and says which. */
export async function seedFromCsv(target: SeedTarget, source: Readable, name: string): Promise<SeedResult> {
  const result: SeedResult = { object: target.object, inserted: 0, ids: [] };
  const parser = parse({ bom: true, columns: (header: string[]) => header.map((column) => target.column(column)), skip_empty_lines: true, info: true });
  await pipeline(source, parser, async (rows: AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>) => {
    for await (const { record, info } of rows) {
      const id = target.insert(record, `${name}, line ${info.lines}`);
      result.inserted++;
      if (result.ids.length < SEED_IDS) result.ids.push(id);
    }
  });
  return result;
}
