/** A lookup's value. */
export interface Ref {
  id: string;
  entity: string;
}
export type Value = string | number | boolean | Ref | null;
export type Values = Readonly<Record<string, Value>>;

/** One row. `values` is replaced, never changed, by an update. Datetimes are text in UTC with whole seconds, as the API sends them. */
export interface Row {
  readonly id: string;
  values: Values;
  /** Of the last write; the ETag. */
  version: number;
  /** Position in the order of creation. */
  readonly seq: number;
}

/** A change as change tracking gives it: the row, or its id when it is gone. */
export type Change = { version: number; row: Row } | { version: number; deletedId: string };

export const keyOf = (value: Value | undefined): string => (value === null || value === undefined ? '' : typeof value === 'object' ? value.id : String(value).trimEnd().toLowerCase());

/** The rows of one entity, their indexes, and the log that change tracking reads. Knows nothing of rules. */
export class Table {
  private readonly byId = new Map<string, Row>();
  private ordered: (Row | undefined)[] = [];
  private readonly position = new Map<string, number>();
  private readonly hashes = new Map<string, Map<string, Set<string>>>();
  private log: { version: number; id: string }[] = [];
  private readonly gone = new Map<string, number>();
  /** Whether rows were written in the order of their `modifiedon`, which is so unless a seed or a clock brings others. */
  private inOrder = true;
  private lastStamp = '';

  get(id: string): Row | undefined {
    return this.byId.get(id);
  }

  get size(): number {
    return this.byId.size;
  }

  /** Live rows in order of creation. */
  *rows(afterSeq = 0): Generator<Row> {
    for (let i = this.firstAfter(afterSeq); i < this.ordered.length; i++) {
      const row = this.ordered[i];
      if (row) yield row;
    }
  }

  private put(row: Row): void {
    const before = this.byId.get(row.id);
    if (before) this.unhash(before);
    this.byId.set(row.id, row);
    const at = this.position.get(row.id);
    if (at === undefined) {
      this.position.set(row.id, this.ordered.length);
      this.ordered.push(row);
    } else this.ordered[at] = row;
    for (const [attribute, index] of this.hashes) hold(index, keyOf(row.values[attribute]), row.id);
    this.gone.delete(row.id);
  }

  /** A row that was just written. */
  wrote(row: Row): void {
    this.put(row);
    this.log.push({ version: row.version, id: row.id });
    const stamp = String(row.values['modifiedon']);
    if (stamp < this.lastStamp) this.inOrder = false;
    this.lastStamp = stamp;
  }

  remove(row: Row, version: number): void {
    this.take(row);
    this.gone.set(row.id, version);
    this.log.push({ version, id: row.id });
  }

  /** Undoes: as if the row had never been, or had stayed as `before`; what the log says of it meanwhile is stale by its version. */
  restore(id: string, before: Row | undefined): void {
    const present = this.byId.get(id);
    this.gone.delete(id);
    if (before) this.put(before);
    else if (present) this.take(present);
  }

  /** What changed after a version, each row once, in order of its last change. */
  *changesAfter(version: number): Generator<Change> {
    this.tidy();
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.log[middle]!.version <= version) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.log.length; i++) {
      const entry = this.log[i]!;
      const row = this.byId.get(entry.id);
      if (row?.version === entry.version) yield { version: entry.version, row };
      else if (this.gone.get(entry.id) === entry.version) yield { version: entry.version, deletedId: entry.id };
    }
  }

  /** Rows modified at that time or later, without looking at the others; undefined when the order of writing does not tell. */
  modifiedSince(stamp: string): Row[] | undefined {
    if (!this.inOrder) return undefined;
    const rows: Row[] = [];
    for (let i = this.log.length - 1; i >= 0; i--) {
      const entry = this.log[i]!;
      const row = this.byId.get(entry.id);
      if (row?.version !== entry.version) continue;
      if (String(row.values['modifiedon']) < stamp) break;
      rows.push(row);
    }
    return rows;
  }

  /** Rows whose attribute has this value, without regard to case; the index is made at the first use. */
  lookup(attribute: string, key: string): Row[] {
    let index = this.hashes.get(attribute);
    if (!index) {
      index = new Map();
      for (const row of this.byId.values()) hold(index, keyOf(row.values[attribute]), row.id);
      this.hashes.set(attribute, index);
    }
    return [...(index.get(key) ?? [])].flatMap((id) => this.byId.get(id) ?? []);
  }

  clear(): void {
    this.byId.clear();
    this.ordered = [];
    this.position.clear();
    this.hashes.clear();
    this.log = [];
    this.gone.clear();
    this.inOrder = true;
    this.lastStamp = '';
  }

  private take(row: Row): void {
    this.unhash(row);
    this.byId.delete(row.id);
    const at = this.position.get(row.id);
    if (at !== undefined) this.ordered[at] = undefined;
  }

  private unhash(row: Row): void {
    for (const [attribute, index] of this.hashes) index.get(keyOf(row.values[attribute]))?.delete(row.id);
  }

  private firstAfter(seq: number): number {
    if (seq === 0) return 0;
    // Positions are in order of seq; holes keep no seq, so the search looks at the next row there is.
    let low = 0;
    let high = this.ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      let at = middle;
      while (at < high && !this.ordered[at]) at++;
      if (at < high && this.ordered[at]!.seq <= seq) low = at + 1;
      else high = middle;
    }
    return low;
  }

  private tidy(): void {
    if (this.log.length <= 2 * (this.byId.size + this.gone.size) + 1000) return;
    this.log = this.log.filter(({ id, version }) => this.byId.get(id)?.version === version || this.gone.get(id) === version);
  }
}

function hold(index: Map<string, Set<string>>, key: string, id: string): void {
  if (key === '') return;
  const held = index.get(key);
  if (held) held.add(id);
  else index.set(key, new Set([id]));
}
