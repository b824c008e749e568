import type { WriteOutcome, WriteRow } from './writes.ts';

/** Descriptions of objects, shared by all views of a session. One is asked for again when it is too old, or was forgotten. */
export class KeptDescriptions<F> {
  private readonly kept = new Map<string, { fields: F[]; at: number }>();

  constructor(private readonly now: () => Date) {}

  /** As `ask` answers now, or as it answered no longer than `withinMs` ago. */
  async get(object: string, withinMs: number, ask: () => Promise<F[]>): Promise<F[]> {
    const known = this.kept.get(object);
    if (known && this.now().getTime() - known.at < withinMs) return known.fields;
    const fields = await ask();
    this.kept.set(object, { fields, at: this.now().getTime() });
    return fields;
  }

  /** The CRM refused a field, so the object is another than it was. */
  forget(object: string): void {
    this.kept.delete(object);
  }
}

/** Values that cannot be what their field is fail here, by name, before anything is sent. `problemOf` says what is wrong with a row. */
export function separateUnreadable(rows: readonly WriteRow[], problemOf: (row: WriteRow) => string | undefined): { good: WriteRow[]; bad: WriteOutcome[] } {
  const good: WriteRow[] = [];
  const bad: WriteOutcome[] = [];
  for (const row of rows) {
    const message = problemOf(row);
    if (message === undefined) good.push(row);
    else bad.push({ kind: 'failed', changeId: row.changeId, code: 'value_not_readable', message });
  }
  return { good, bad };
}
