import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate, constants } from 'node:zlib';
import { parserError, SfError } from '../errors.ts';

/** Largest request body, unpacked (REST guide: 50 MB). */
const MAX_BODY = 50 * 1024 * 1024;
/** Smaller answers gain nothing from packing. */
const PACK_FROM = 1400;
const unpackers: Record<string, (body: Buffer) => Promise<Buffer>> = {
  gzip: (body) => promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(body, { maxOutputLength: MAX_BODY }),
  deflate: (body) => promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)(body, { maxOutputLength: MAX_BODY }),
};
const pack = {
  gzip: promisify<Buffer, { level: number }, Buffer>(gzip),
  deflate: promisify<Buffer, { level: number }, Buffer>(deflate),
};

const tooLarge = () => new SfError(413, 'EXCEEDED_MAX_SIZE_REQUEST', `The request body is larger than ${MAX_BODY} bytes.`);

/** The whole body, unpacked. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const unpack = unpackers[String(request.headers['content-encoding'] ?? '').toLowerCase()];
  if (!unpack || body.length === 0) return body;
  try {
    return await unpack(body);
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new SfError(400, 'JSON_PARSER_ERROR', 'The request body is not packed as its Content-Encoding says.');
  }
}

/** A JSON body; undefined when there is none. */
export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  if (contentType && !/^application\/(?:[\w.+-]*\+)?json\b/i.test(contentType)) {
    throw new SfError(415, 'UNSUPPORTED_MEDIA_TYPE', `The request entity is in the unsupported format '${contentType}'.`);
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw parserError(`${(error as Error).message} at [line:1, column:1]`);
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
