import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFromStream } from 'pg-copy-streams';
import { mapDatabaseError } from './error-mapping.ts';
import { copyLines, type CopyRow } from './copy-text.ts';
import { quoteName } from './parameters.ts';

/** One open transaction. It is over when the function it was given to returns: keep no reference to it. */
export interface Transaction {
  /** The rows of any statement, `returning` included. */
  query<T = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** The number of rows the statement touched. */
  execute(sql: string, params?: readonly unknown[]): Promise<number>;
  /** Runs `copy … from stdin` (text format) with one entry per row, each an array of column values; gives the rows copied. */
  copyFrom(sql: string, rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): Promise<number>;
  /** The rows of a query in pages through a cursor, so that a result of any size needs the memory of one page (default 1000). */
  stream<T = Record<string, unknown>>(sql: string, params?: readonly unknown[], pageSize?: number): AsyncGenerator<T>;
}

/** The transaction over one pooled connection. */
export class PgTransaction implements Transaction {
  private readonly client: pg.ClientBase;
  private cursors = 0;

  constructor(client: pg.ClientBase) {
    this.client = client;
  }

  async query<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return (await this.run(sql, params)).rows as T[];
  }

  async execute(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await this.run(sql, params)).rowCount ?? 0;
  }

  async copyFrom(sql: string, rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): Promise<number> {
    try {
      const sink = this.client.query(copyFromStream(sql));
      await pipeline(Readable.from(copyLines(rows)), sink);
      return sink.rowCount;
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }

  async *stream<T>(sql: string, params: readonly unknown[] = [], pageSize = 1000): AsyncGenerator<T> {
    const cursor = quoteName(`stream_${++this.cursors}`);
    await this.run(`declare ${cursor} no scroll cursor for ${sql}`, params);
    for (;;) {
      const page = await this.query<T>(`fetch ${pageSize} from ${cursor}`);
      yield* page;
      if (page.length < pageSize) break;
    }
    await this.run(`close ${cursor}`, []);
  }

  private async run(sql: string, params: readonly unknown[]): Promise<pg.QueryResult> {
    try {
      return await this.client.query(sql, params as unknown[]);
    } catch (error) {
      throw mapDatabaseError(error);
    }
  }
}
