import type { Response } from 'express';
import { problemOf, toSignalboxError } from '../problems.ts';
import { written } from './send-csv.ts';

const eventText = (event: string, data: unknown, id?: number) => `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function begin(response: Response): void {
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  // Proxies must not hold events back.
  response.setHeader('x-accel-buffering', 'no');
  response.flushHeaders();
}

/**
 * Values as server-sent events called `name`; a comment every `heartbeatMs` keeps proxies from closing a quiet stream, and the
 * event `end` says that nothing more comes. What fails before the first value is an ordinary error; later it is the event `problem`.
 */
export async function sendEvents(response: Response, name: string, values: AsyncIterable<unknown>, options: { heartbeatMs: number; traceId?: string }): Promise<void> {
  let heartbeat: NodeJS.Timeout | undefined;
  let id = 0;
  try {
    for await (const value of values) {
      if (id === 0) {
        begin(response);
        heartbeat = setInterval(() => !response.destroyed && response.write(': still here\n\n'), options.heartbeatMs);
      }
      id += 1;
      if (!(await written(response, eventText(name, value, id)))) return;
    }
    if (id === 0) begin(response);
    response.end(eventText('end', {}));
  } catch (error) {
    if (response.destroyed) return;
    if (id === 0) throw error;
    response.end(eventText('problem', problemOf(toSignalboxError(error), options.traceId)));
  } finally {
    clearInterval(heartbeat);
  }
}
