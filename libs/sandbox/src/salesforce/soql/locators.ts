import { SfError } from '../errors.ts';
import type { Row } from '../store/row.ts';
import type { QueryResult } from './execute.ts';
import type { Projection } from './select.ts';

interface Cursor {
  rows: Row[];
  project: Projection;
  batchSize: number;
  openedAt: number;
}

export interface QueryPage {
  totalSize: number;
  done: boolean;
  nextRecordsUrl?: string;
  records: Record<string, unknown>[];
}

/** A locator lives two days (REST guide). */
const LIFETIME_MS = 2 * 86_400_000;
const MAX_OPEN = 100;

/** Open queries. Their rows are fixed when the query runs; values are read when a page is fetched. */
export class Locators {
  private readonly open = new Map<string, Cursor>();
  private readonly now: () => number;
  private counter = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  firstPage(result: QueryResult, version: string, batchSize: number): QueryPage {
    if (result.kind === 'count') return { totalSize: result.count, done: true, records: [] };
    if (result.kind === 'records') return { totalSize: result.records.length, done: true, records: result.records };
    const cursor: Cursor = { rows: result.rows, project: result.project, batchSize, openedAt: this.now() };
    if (result.rows.length <= batchSize) return this.page('', cursor, 0, version);
    const id = `01g5f0${(++this.counter).toString(36).padStart(9, '0').toUpperCase()}AAA`;
    this.open.set(id, cursor);
    if (this.open.size > MAX_OPEN) this.open.delete(this.open.keys().next().value as string);
    return this.page(id, cursor, 0, version);
  }

  /** `locator` is what follows /query/ in nextRecordsUrl: the cursor and the place in it. */
  nextPage(locator: string, version: string): QueryPage {
    const match = /^(\w{15,18})-(\d+)$/.exec(locator);
    const cursor = match && this.open.get(match[1] ?? '');
    const at = Number(match?.[2]);
    if (!match || !cursor || at > cursor.rows.length || this.now() - cursor.openedAt > LIFETIME_MS) {
      throw new SfError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    return this.page(match[1] ?? '', cursor, at, version);
  }

  /** Forgets every locator, as two days would. */
  expireAll(): void {
    this.open.clear();
  }

  private page(id: string, cursor: Cursor, from: number, version: string): QueryPage {
    const to = Math.min(from + cursor.batchSize, cursor.rows.length);
    const records = cursor.rows.slice(from, to).map((row) => cursor.project(row, version));
    const done = to >= cursor.rows.length;
    return { totalSize: cursor.rows.length, done, ...(done ? {} : { nextRecordsUrl: `/services/data/v${version}/query/${id}-${to}` }), records };
  }
}
