import { once } from 'node:events';
import type { Response } from 'express';
import { stringify } from 'csv-stringify/sync';
import { csvCell } from '../../../domain/csv-cell.ts';

/** A signal that the receiver has gone, for the call that feeds an answer. */
export function aborted(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the receiver has gone'));
  });
  return controller.signal;
}

/** Waits until the receiver has taken what was written, or is gone. */
export async function written(response: Response, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(text)) return true;
  const gone = new AbortController();
  const { signal } = gone;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).finally(() => gone.abort());
  return !response.destroyed;
}

// The library quotes its own line ending only, and a lone line feed in a cell would end the row for most readers.
const lines = (rows: readonly (readonly unknown[])[]) => stringify(rows.map((row) => row.map(csvCell)), { record_delimiter: 'windows', quoted_match: /[\r\n]/ });

/**
 * Rows as a CSV download (RFC 4180, UTF-8), a batch at a time: the next batch is asked for when the receiver has taken the last, so
 * that a file of any size needs the memory of one batch. Nothing is sent before the first batch, so an early error is still
 * an ordinary one; a later one cuts the answer short, which every client reports.
 */
export async function sendCsv(response: Response, fileName: string, columns: readonly string[], batches: AsyncIterable<unknown[][]>): Promise<void> {
  const begin = () => {
    response.status(200).setHeader('content-type', 'text/csv; charset=utf-8; header=present');
    response.setHeader('content-disposition', `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`);
    response.setHeader('cache-control', 'no-store');
    return written(response, lines([columns]));
  };
  let begun = false;
  for await (const rows of batches) {
    if (!begun && !(await begin())) return;
    begun = true;
    if (!(await written(response, lines(rows)))) return;
  }
  if (!begun) await begin();
  response.end();
}
