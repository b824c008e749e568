import { ResponseContext } from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import type { HttpAnswer, HttpExchange } from '@signalbox/connectors-sdk';

/** What the parts of HubSpot's client have in common: each is generated on its own, with types of the same shape. */
interface ClientRequest {
  getUrl(): string;
  getHttpMethod(): { toString(): string };
  getHeaders(): Record<string, string>;
  getBody(): unknown;
}

/** The client calls /crm/v3/objects/…; the dated versions have the same below /crm/objects/2026-03/…. */
export function atVersion(url: string, apiVersion: string): string {
  if (apiVersion === 'v3') return url;
  const target = new URL(url);
  target.pathname = target.pathname.replace(/^\/crm\/v3\/([a-z]+)/, `/crm/$1/${apiVersion}`).replace(/^\/(oauth|account-info)\/v\d\//, `/$1/${apiVersion}/`);
  return target.href;
}

/**
 * What HubSpot's client sends its requests through, in place of its own: that one follows redirects with the token on
 * board, has no limit of time or size, and would be paced and repeated out of our sight.
 */
export class GuardedTransport {
  /** The last answer, also where the client made an error of it. */
  answer: HttpAnswer | undefined;

  constructor(private readonly exchange: HttpExchange, private readonly timeoutMs: number, private readonly apiVersion: string) {}

  async send(request: ClientRequest): Promise<ResponseContext> {
    const given = request.getBody();
    const body = given === undefined ? undefined : given instanceof URLSearchParams ? given.toString() : String(given);
    const { status, headers, body: text } = await this.exchange.send({
      method: request.getHttpMethod().toString(), url: atVersion(request.getUrl(), this.apiVersion), headers: request.getHeaders(), body, timeoutMs: this.timeoutMs,
    });
    this.answer = { status, headers, body: text };
    return new ResponseContext(status, headers, { text: async () => text, binary: async () => Buffer.from(text) });
  }
}
