import type { Row, Value } from './row.ts';

/** The key under which a value is found: text without regard to case, numbers and booleans as text. */
export const hashKey = (value: Value): string => (typeof value === 'string' ? value.toLowerCase() : String(value));

/** Rows by the value of one field. Deleted rows stay in it; readers leave them out. Empty values are not held. */
export class HashIndex {
  private readonly map = new Map<string, Row | Row[]>();
  readonly field: string;

  constructor(field: string) {
    this.field = field;
  }

  add(row: Row, value: Value | undefined): void {
    if (value === null || value === undefined) return;
    const key = hashKey(value);
    const held = this.map.get(key);
    if (held === undefined) this.map.set(key, row);
    else if (Array.isArray(held)) held.push(row);
    else this.map.set(key, [held, row]);
  }

  remove(row: Row, value: Value | undefined): void {
    if (value === null || value === undefined) return;
    const key = hashKey(value);
    const held = this.map.get(key);
    if (held === row) this.map.delete(key);
    else if (Array.isArray(held)) {
      const at = held.indexOf(row);
      if (at >= 0) held.splice(at, 1);
      if (held.length === 1) this.map.set(key, held[0] as Row);
    }
  }

  moved(row: Row, before: Value | undefined, after: Value | undefined): void {
    if (before === after) return;
    this.remove(row, before);
    this.add(row, after);
  }

  get(value: Value): readonly Row[] {
    const held = this.map.get(hashKey(value));
    if (held === undefined) return [];
    return Array.isArray(held) ? held : [held];
  }
}
