import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { HashIndex } from './hash-index.ts';
import { isDeleted, stampOf, type Row, type Value, type Values } from './row.ts';
import { StampIndex } from './stamp-index.ts';

const INDEXABLE = new Set(['id', 'string', 'email', 'phone', 'url', 'picklist', 'combobox', 'reference', 'encryptedstring', 'int', 'double']);

/** The records of one object with their indexes. Knows nothing of rules: what it is given is already valid. */
export class Table {
  readonly def: ObjectDef;
  private readonly byId15 = new Map<string, Row>();
  private readonly hashes = new Map<string, HashIndex>();
  private readonly stamps = new StampIndex();
  private ordered: Row[] = [];
  private purgedRows = 0;
  private liveRows = 0;
  private counter = 0;

  constructor(def: ObjectDef) {
    this.def = def;
  }

  nextNumber(): number {
    return ++this.counter;
  }

  /** By a 15- or 18-character id, deleted or not. */
  get(id: string): Row | undefined {
    return this.byId15.get(id.length === 15 ? id : id.slice(0, 15));
  }

  insert(row: Row): void {
    this.byId15.set(row.id.slice(0, 15), row);
    this.ordered.push(row);
    if (!isDeleted(row)) this.liveRows++;
    for (const index of this.hashes.values()) index.add(row, row.values[index.field]);
    this.stamps.added(row);
  }

  replace(row: Row, values: Values): Values {
    const before = row.values;
    row.values = values;
    if (before.IsDeleted !== values.IsDeleted) this.liveRows += values.IsDeleted ? -1 : 1;
    for (const index of this.hashes.values()) index.moved(row, before[index.field], values[index.field]);
    this.stamps.changed(row, before.SystemModstamp as string);
    return before;
  }

  purge(row: Row): void {
    if (row.purged) return;
    row.purged = true;
    this.purgedRows++;
    if (!isDeleted(row)) this.liveRows--;
    this.byId15.delete(row.id.slice(0, 15));
    for (const index of this.hashes.values()) index.remove(row, row.values[index.field]);
    this.stamps.purged();
  }

  afterRollback(): void {
    this.stamps.rebuild(this.rows());
  }

  /** All rows in order of Id, deleted ones included. */
  rows(): Row[] {
    if (this.purgedRows > 0) {
      this.ordered = this.ordered.filter((r) => !r.purged);
      this.purgedRows = 0;
    }
    return this.ordered;
  }

  get liveCount(): number {
    return this.liveRows;
  }

  byStamp(from?: string, fromExclusive = false, to?: string, toExclusive = false): Row[] {
    return this.stamps.range(from, fromExclusive, to, toExclusive);
  }

  /** Rows whose field has this value, deleted ones included; the index is made at the first use of the field. */
  lookup(field: FieldDef, value: Value): readonly Row[] {
    return this.hash(field).get(value);
  }

  canLookUp(field: FieldDef): boolean {
    return INDEXABLE.has(field.type);
  }

  private hash(field: FieldDef): HashIndex {
    const known = this.hashes.get(field.name);
    if (known) return known;
    const index = new HashIndex(field.name);
    for (const row of this.rows()) index.add(row, row.values[field.name]);
    this.hashes.set(field.name, index);
    return index;
  }

  clear(): void {
    for (const row of this.rows()) row.purged = true;
    this.ordered = [];
    this.liveRows = 0;
    this.byId15.clear();
    this.hashes.clear();
    this.stamps.rebuild([]);
  }

  /** The latest SystemModstamp held, for a clock that never goes back. */
  latestStamp(): string | undefined {
    const last = this.ordered.at(-1);
    return last && stampOf(last);
  }
}
