import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate, constants } from 'node:zlib';

/** Smaller answers gain nothing from packing. */
const PACK_FROM = 1400;
const unpackers = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
};
const pack = {
  gzip: promisify<Buffer, { level: number }, Buffer>(gzip),
  deflate: promisify<Buffer, { level: number }, Buffer>(deflate),
};

/** How a provider words the refusal of a body that cannot be taken in. */
export interface BodyRules {
  /** Largest body, unpacked. */
  maxBytes: number;
  tooLarge(): Error;
  notPacked(): Error;
}

/** The whole body, unpacked. @throws what the rules make of it */
export async function readBody(request: IncomingMessage, rules: BodyRules): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > rules.maxBytes) throw rules.tooLarge();
    chunks.push(chunk);
  }
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const encoding = String(request.headers['content-encoding'] ?? '').toLowerCase();
  if ((encoding !== 'gzip' && encoding !== 'deflate') || body.length === 0) return body;
  try {
    return await unpackers[encoding](body, { maxOutputLength: rules.maxBytes });
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? rules.tooLarge() : rules.notPacked();
  }
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json;charset=UTF-8' }), ...headers },
  body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
});

export const textAnswer = (status: number, contentType: string, text: string): Answer => ({ status, headers: { 'Content-Type': contentType }, body: Buffer.from(text) });

/** Packs the answer if the client takes that and it is worth it. */
export async function packed(answer: Answer, acceptEncoding: string | undefined): Promise<Answer> {
  const accepts = String(acceptEncoding ?? '').toLowerCase();
  const encoding = accepts.includes('gzip') ? 'gzip' : accepts.includes('deflate') ? 'deflate' : undefined;
  if (!encoding || answer.body.length < PACK_FROM) return answer;
  const body = await pack[encoding](answer.body, { level: constants.Z_BEST_SPEED });
  return { ...answer, body, headers: { ...answer.headers, 'Content-Encoding': encoding, Vary: 'Accept-Encoding' } };
}

const BODILESS = new Set([204, 304]);

export function send(response: ServerResponse, answer: Answer, method: string | undefined): void {
  response.writeHead(answer.status, { ...answer.headers, ...(BODILESS.has(answer.status) ? {} : { 'Content-Length': answer.body.length }) });
  response.end(method === 'HEAD' || BODILESS.has(answer.status) ? undefined : answer.body);
}
