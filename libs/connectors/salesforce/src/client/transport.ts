import { PassThrough, type Duplex } from 'node:stream';
import { StreamPromise } from 'jsforce/lib/core.js';
import type { HttpAnswer, HttpExchange } from '@signalbox/connectors-sdk';

interface JsforceRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * What jsforce sends its requests through, in place of its own. jsforce's follows redirects with the token on board, has no
 * time limit on the body of an answer, and ends the process when a body breaks off; it also repeats reads out of our sight.
 */
export class GuardedTransport {
  /** The last answer, with its status, which jsforce's own errors leave out. */
  answer: HttpAnswer | undefined;

  constructor(private readonly exchange: HttpExchange, private readonly timeoutMs: number) {}

  httpRequest(request: JsforceRequest): StreamPromise<{ statusCode: number; headers: Record<string, string>; body: string }> {
    return StreamPromise.create(() => ({ stream: new PassThrough() as Duplex, promise: this.send(request) }));
  }

  private async send(request: JsforceRequest) {
    const body = typeof request.body === 'string' ? request.body : undefined;
    const headers = { accept: 'application/json', ...request.headers };
    this.answer = await this.exchange.send({ method: request.method, url: request.url, headers, body, timeoutMs: this.timeoutMs });
    return { statusCode: this.answer.status, headers: this.answer.headers, body: this.answer.body };
  }
}
