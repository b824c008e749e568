import { makeId, normalizeId } from '../ids.ts';
import type { ObjectDef } from '../schema/schema-types.ts';
import type { OrgSchema } from '../schema/schema.ts';
import { formatDateTime, toWholeSecond } from '../time.ts';
import { isDeleted, type Row, type Values } from './row.ts';
import { Table } from './table.ts';

type Undo = { table: Table; run: () => void };

/** All records of the org, and transactions over them. Everything is synchronous: a request is never interleaved with another. */
export class Store {
  readonly schema: OrgSchema;
  private readonly tables = new Map<string, Table>();
  private readonly now: () => number;
  private undo: Undo[] = [];
  private depth = 0;
  private seq = 0;
  private lastMs = 0;
  /** Who the writes are by. */
  userId = '';

  constructor(schema: OrgSchema, now: () => number) {
    this.schema = schema;
    this.now = now;
  }

  table(def: ObjectDef): Table {
    let table = this.tables.get(def.name);
    if (!table) this.tables.set(def.name, (table = new Table(def)));
    return table;
  }

  /** The present second as stored text; never earlier than one given out before. */
  stamp(): string {
    this.lastMs = Math.max(this.lastMs, toWholeSecond(this.now()));
    return formatDateTime(this.lastMs);
  }

  nowMs(): number {
    return this.now();
  }

  get position(): number {
    return this.seq;
  }

  /** Any record by id; undefined when the id is malformed, of no known object, or not there. */
  byId(id: string): { def: ObjectDef; row: Row } | undefined {
    const full = normalizeId(id);
    const def = full ? this.schema.byPrefix(full.slice(0, 3)) : undefined;
    const row = full && def ? this.table(def).get(full) : undefined;
    return def && row ? { def, row } : undefined;
  }

  /** `values` may bring its own audit dates (a seed does); what it leaves out is set here. */
  insert(def: ObjectDef, values: Values): Row {
    const table = this.table(def);
    const id = makeId(def.keyPrefix, table.nextNumber());
    const stamp = this.stamp();
    const full: Values = {
      IsDeleted: false, CreatedDate: stamp, CreatedById: this.userId, LastModifiedDate: stamp, LastModifiedById: this.userId, SystemModstamp: stamp, ...values, Id: id,
    };
    const row: Row = { id, values: full, seq: ++this.seq, purged: false };
    table.insert(row);
    this.remember(table, () => table.purge(row));
    return row;
  }

  update(def: ObjectDef, row: Row, changes: Values): void {
    const stamp = this.stamp();
    const next = { ...row.values, ...changes, LastModifiedDate: stamp, LastModifiedById: this.userId, SystemModstamp: stamp };
    this.swap(def, row, next);
  }

  /** To the recycle bin, or back from it. */
  setDeleted(def: ObjectDef, row: Row, deleted: boolean): void {
    const stamp = this.stamp();
    this.swap(def, row, { ...row.values, IsDeleted: deleted, LastModifiedDate: stamp, SystemModstamp: stamp });
  }

  private swap(def: ObjectDef, row: Row, next: Values): void {
    const table = this.table(def);
    const before = table.replace(row, next);
    this.remember(table, () => void table.replace(row, before));
  }

  private remember(table: Table, run: () => void): void {
    if (this.depth > 0) this.undo.push({ table, run });
  }

  /** Runs `work`; when it answers false, or throws, everything it wrote is taken back. Transactions nest. */
  transaction<T>(work: () => { keep: boolean; result: T }): T {
    const mark = this.undo.length;
    this.depth++;
    let keep = false;
    try {
      const outcome = work();
      keep = outcome.keep;
      return outcome.result;
    } finally {
      if (!keep) this.rollbackTo(mark);
      this.depth--;
      if (this.depth === 0) this.undo = [];
    }
  }

  private rollbackTo(mark: number): void {
    const taken = this.undo.splice(mark);
    for (const step of taken.reverse()) step.run();
    for (const table of new Set(taken.map((t) => t.table))) table.afterRollback();
  }

  /** What is in the recycle bin is gone for good, and no query tells of it any more. */
  emptyRecycleBin(): void {
    for (const table of this.tables.values()) {
      for (const row of table.rows().filter(isDeleted)) table.purge(row);
      table.afterRollback();
    }
  }

  clear(): void {
    this.lastMs = 0;
    for (const table of this.tables.values()) table.clear();
  }
}
