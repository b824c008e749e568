import { makeGuid } from '../ids.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import { Table, type Row, type Value, type Values } from './table.ts';

/** Rows of all entities, and transactions over them. Everything is synchronous: a request is never interleaved with another. */
export class Store {
  private readonly tables = new Map<string, Table>();
  private readonly counters = new Map<string, number>();
  private readonly now: () => number;
  private undo: (() => void)[] = [];
  private depth = 0;
  private seq = 0;
  private version = 1_000_000;
  /** The application user that everything is written by. */
  userId = '';

  constructor(now: () => number) {
    this.now = now;
  }

  table(def: EntityDef): Table {
    let table = this.tables.get(def.name);
    if (!table) this.tables.set(def.name, (table = new Table()));
    return table;
  }

  /** The present second, as the API writes it. */
  stamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }

  /** Version of the last write: everything up to it has been seen by whoever reads now. */
  get lastVersion(): number {
    return this.version;
  }

  /** Rows created after this are those of the request at hand. */
  get lastSeq(): number {
    return this.seq;
  }

  /** A version that no write has: what was seen before it is told from what is seen after. */
  nextVersion(): number {
    return ++this.version;
  }

  newId(def: EntityDef): string {
    const n = (this.counters.get(def.name) ?? 0) + 1;
    this.counters.set(def.name, n);
    return makeGuid(def.typeCode, n);
  }

  insert(def: EntityDef, id: string, values: Record<string, Value>): Row {
    const stamp = this.stamp();
    const by: Value = this.userId ? { id: this.userId, entity: 'systemuser' } : null;
    const owner: Values = def.attributes.has('ownerid') ? { ownerid: by } : {};
    const version = ++this.version;
    const full: Values = { createdon: stamp, modifiedon: stamp, createdby: by, modifiedby: by, ...owner, ...values, versionnumber: version, [def.primaryId]: id };
    const row: Row = { id, values: full, version, seq: ++this.seq };
    this.write(def, row);
    return row;
  }

  update(def: EntityDef, row: Row, changes: Record<string, Value>): Row {
    const version = ++this.version;
    const by: Value = { id: this.userId, entity: 'systemuser' };
    const next: Row = { ...row, version, values: { ...row.values, modifiedon: this.stamp(), modifiedby: by, ...changes, versionnumber: version } };
    this.write(def, next);
    return next;
  }

  remove(def: EntityDef, row: Row): void {
    const table = this.table(def);
    table.remove(row, ++this.version);
    this.remember(() => table.restore(row.id, row));
  }

  /** Runs `work`; when it throws, everything it wrote is taken back. Transactions nest. */
  transaction<T>(work: () => T): T {
    const mark = this.undo.length;
    this.depth++;
    try {
      return work();
    } catch (error) {
      for (const step of this.undo.splice(mark).reverse()) step();
      throw error;
    } finally {
      this.depth--;
      if (this.depth === 0) this.undo = [];
    }
  }

  clear(): void {
    for (const table of this.tables.values()) table.clear();
  }

  private write(def: EntityDef, row: Row): void {
    const table = this.table(def);
    const before = table.get(row.id);
    table.wrote(row);
    this.remember(() => table.restore(row.id, before));
  }

  private remember(step: () => void): void {
    if (this.depth > 0) this.undo.push(step);
  }
}
