import { stampOf, type Row } from './row.ts';

interface Entry {
  stamp: string;
  row: Row;
}

const byStampAndId = (a: Entry, b: Entry): number =>
  a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.row.id < b.row.id ? -1 : a.row.id > b.row.id ? 1 : 0;

/**
 * Rows in the order (SystemModstamp, Id). A change appends; the entry it leaves behind is stale (its stamp is no longer the
 * row's) and is skipped, then dropped when stale entries outnumber live ones. Sorting happens at the first read after a write.
 */
export class StampIndex {
  private entries: Entry[] = [];
  private sortedUpTo = 0;
  private live = 0;

  added(row: Row): void {
    this.entries.push({ stamp: stampOf(row), row });
    this.live++;
  }

  changed(row: Row, beforeStamp: string): void {
    if (stampOf(row) !== beforeStamp) this.entries.push({ stamp: stampOf(row), row });
  }

  purged(): void {
    this.live--;
  }

  /** Starts over, after a roll-back made old stamps current again. */
  rebuild(rows: Iterable<Row>): void {
    this.entries = [];
    for (const row of rows) if (!row.purged) this.entries.push({ stamp: stampOf(row), row });
    this.live = this.entries.length;
    this.sortedUpTo = 0;
  }

  /** Rows with `from <= stamp <= to` (each end optional and possibly exclusive), in order of stamp and id. */
  range(from?: string, fromExclusive = false, to?: string, toExclusive = false): Row[] {
    this.settle();
    const { entries } = this;
    const start = from === undefined ? 0 : lowerBound(entries, from, fromExclusive);
    const end = to === undefined ? entries.length : lowerBound(entries, to, !toExclusive);
    const rows: Row[] = [];
    for (let i = start; i < end; i++) {
      const entry = entries[i] as Entry;
      if (!entry.row.purged && stampOf(entry.row) === entry.stamp) rows.push(entry.row);
    }
    return rows;
  }

  private settle(): void {
    if (this.sortedUpTo === this.entries.length) return;
    if (this.entries.length > 2 * this.live + 1000) {
      this.entries = this.entries.filter((e) => !e.row.purged && stampOf(e.row) === e.stamp);
      this.sortedUpTo = 0;
    }
    if (this.tailFollows()) this.sortTail();
    else this.entries.sort(byStampAndId);
    this.sortedUpTo = this.entries.length;
  }

  /** Whether everything new is of the last second or later, which is so unless a seed brings its own dates. */
  private tailFollows(): boolean {
    const last = this.entries[this.sortedUpTo - 1];
    if (!last) return false;
    for (let i = this.sortedUpTo; i < this.entries.length; i++) if ((this.entries[i] as Entry).stamp < last.stamp) return false;
    return true;
  }

  private sortTail(): void {
    const lastStamp = (this.entries[this.sortedUpTo - 1] as Entry).stamp;
    let from = this.sortedUpTo;
    while (from > 0 && (this.entries[from - 1] as Entry).stamp === lastStamp) from--;
    const tail = this.entries.slice(from).sort(byStampAndId);
    for (let i = 0; i < tail.length; i++) this.entries[from + i] = tail[i] as Entry;
  }
}

/** First position whose stamp is >= the bound (or > it, when `after`). */
function lowerBound(entries: Entry[], bound: string, after: boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const stamp = (entries[middle] as Entry).stamp;
    if (stamp < bound || (after && stamp === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}
