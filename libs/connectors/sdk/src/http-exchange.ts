import { lookup as resolve, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { isForbiddenAddress } from './addresses.ts';

export interface HttpQuestion {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** For the whole exchange, the body of the answer included. */
  timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Why there was no whole answer. Only 'resolve', 'connect' and 'tls' say for certain that nothing reached the other side. */
export type NoAnswerReason = 'resolve' | 'connect' | 'tls' | 'forbidden-address' | 'timeout' | 'cut-off' | 'too-large';

const NEVER_SENT: ReadonlySet<NoAnswerReason> = new Set(['resolve', 'connect', 'tls', 'forbidden-address']);

export class NoAnswerError extends Error {
  readonly reason: NoAnswerReason;
  readonly host: string;

  constructor(reason: NoAnswerReason, host: string, cause: unknown) {
    super(`${host}: ${reason}: ${cause instanceof Error ? (cause as NodeJS.ErrnoException).code ?? cause.message : String(cause)}`, { cause });
    this.name = 'NoAnswerError';
    this.reason = reason;
    this.host = host;
  }

  /** Whether the other side may have acted on the request. */
  get maybeSent(): boolean {
    return !NEVER_SENT.has(this.reason);
  }
}

export interface HttpExchangeOptions {
  /** Certificate authorities to trust besides the usual ones, as PEM. */
  ca?: string;
  /** Connections kept open to a host. */
  connections?: number;
  /** Most bytes of an answer. Default 64 MiB. */
  maxAnswerBytes?: number;
}

const FORBIDDEN = 'EFORBIDDENADDRESS';

/** Resolves a name and leaves out the addresses that are never a CRM, so that a name cannot lead where its URL may not. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const allowed = found.filter((a) => !isForbiddenAddress(a.address));
    const first = allowed[0];
    if (!first) return callback(Object.assign(new Error('leads to a forbidden address'), { code: FORBIDDEN }), '', 0);
    return options.all ? (callback as unknown as (e: null, a: LookupAddress[]) => void)(null, allowed) : callback(null, first.address, first.family);
  });
};

/**
 * Sends one request and reads its whole answer. Follows no redirect, limits time and size of the whole exchange, and
 * says when nothing was sent: what a write needs to know before it may be sent again.
 */
export class HttpExchange {
  private readonly agents: { http: http.Agent; https: https.Agent };
  private readonly maxAnswerBytes: number;

  constructor(options: HttpExchangeOptions = {}) {
    const shared = { keepAlive: true, maxSockets: options.connections ?? 10, keepAliveMsecs: 10_000 };
    const tls = options.ca ? { ca: [options.ca] } : {};
    this.agents = { http: new http.Agent(shared), https: new https.Agent({ ...shared, ...tls }) };
    this.maxAnswerBytes = options.maxAnswerBytes ?? 64 << 20;
  }

  /** @throws NoAnswerError */
  send(question: HttpQuestion): Promise<HttpAnswer> {
    const url = new URL(question.url);
    const secure = url.protocol === 'https:';
    return new Promise((done, fail) => {
      let connected = false;
      let ended = false;
      const finish = (act: () => void) => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        act();
      };
      const no = (reason: NoAnswerReason, cause: unknown) => finish(() => {
        request.destroy();
        fail(new NoAnswerError(reason, url.host, cause));
      });
      const body = question.body === undefined ? undefined : Buffer.from(question.body);
      const headers = { ...question.headers, ...(body ? { 'content-length': String(body.length) } : {}) };
      const request = (secure ? https : http).request(url, { method: question.method, headers, agent: secure ? this.agents.https : this.agents.http, lookup: guardedLookup });
      const timer = setTimeout(() => no(connected ? 'timeout' : 'connect', new Error(`no answer in ${question.timeoutMs} ms`)), question.timeoutMs);
      request.on('socket', (socket: Socket) => {
        connected = request.reusedSocket;
        if (!connected) socket.once(secure ? 'secureConnect' : 'connect', () => { connected = true; });
      });
      request.on('error', (error) => no(connected ? 'cut-off' : reasonOf(error), error));
      request.on('response', (response) => this.read(response, (answer) => finish(() => done(answer)), no));
      request.end(body);
    });
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private read(response: http.IncomingMessage, done: (answer: HttpAnswer) => void, no: (reason: NoAnswerReason, cause: unknown) => void): void {
    const pieces: Buffer[] = [];
    let size = 0;
    response.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > this.maxAnswerBytes) no('too-large', new Error(`more than ${this.maxAnswerBytes} bytes`));
      else pieces.push(piece);
    });
    response.on('error', (error) => no('cut-off', error));
    response.on('aborted', () => no('cut-off', new Error('the answer ended early')));
    response.on('end', () => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(response.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
      done({ status: response.statusCode ?? 0, headers, body: Buffer.concat(pieces).toString('utf8') });
    });
  }
}

function reasonOf(error: Error): NoAnswerReason {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === FORBIDDEN) return 'forbidden-address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'resolve';
  if (/CERT|SSL|TLS|EPROTO|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code)) return 'tls';
  return 'connect';
}
