import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { control } from '../control/control.ts';
import { latencyOf, lineFaultAfter, lineFaultBefore, refusal, type LineFault } from '../faults/request-faults.ts';
import type { Org } from '../org.ts';
import { errorReply } from './dispatch.ts';
import { bearer, endpointOf, type Endpoint, type Incoming } from './endpoints.ts';
import { jsonAnswer, packed, readBody, send, type Answer } from './io.ts';

export interface HandlerOptions {
  org: Org;
  scheme: 'http' | 'https';
  log: (line: string) => void;
  /** Ends waits when the sandbox closes. */
  signal: AbortSignal;
}

interface Outcome {
  operation: string;
  answer?: Answer;
  line?: LineFault;
  fault?: string;
}

/** The vendor refuses a URL with its headers beyond 16 384 bytes. */
const MAX_URL = 16_384;
/** Never counted against the allocation: refused before the org looked at them. */
const UNCOUNTED = new Set([401, 403, 429, 503]);

export function requestHandler(options: HandlerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      if (options.signal.aborted || response.destroyed) return;
      const reply = errorReply(error, options.log);
      if (!response.headersSent) send(response, jsonAnswer(reply.status, reply.body, { ...reply.headers, Connection: 'close' }), request.method);
      else response.destroy();
    });
  };
}

async function handle(options: HandlerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { org, log } = options;
  const url = request.url ?? '/';
  if (url.startsWith('/__sandbox')) return control(org, request, response);
  const started = performance.now();
  const outcome = await answer(options, request, url);
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const status = outcome.answer && !outcome.line ? outcome.answer.status : 0;
  org.ledger.record({ at: new Date(org.now()).toISOString(), operation: outcome.operation, method: request.method ?? '', path: url.slice(0, 300), status, ms, fault: outcome.fault ?? outcome.line?.kind });
  log(`${request.method ?? ''} ${url.slice(0, 200)} ${outcome.operation} ${status || outcome.line?.kind} ${ms} ms`);
  if (outcome.line) return breakLine(options, outcome, response);
  if (outcome.answer) send(response, await packed(outcome.answer, request.headers['accept-encoding'] as string | undefined), request.method);
}

/** The order matters: line and refusals strike before the session is looked at, and a time-out after commit only once all is done. */
async function answer(options: HandlerOptions, request: IncomingMessage, url: string): Promise<Outcome> {
  const { org } = options;
  let endpoint: Endpoint;
  let incoming: Incoming;
  try {
    incoming = await read(options, request, url);
    endpoint = endpointOf(org, incoming.method, url, options.log);
  } catch (error) {
    const reply = errorReply(error, options.log);
    return { operation: 'unknown', answer: jsonAnswer(reply.status, reply.body, reply.headers) };
  }
  const { operation } = endpoint;
  const wait = latencyOf(org, operation);
  if (wait > 0) await pause(wait, undefined, { signal: options.signal });
  const before = lineFaultBefore(org, operation);
  if (before) return { operation, line: before };
  const token = bearer(incoming.headers);
  const refused = refusal(org, operation, token);
  if (refused) return { operation, answer: refused.answer, fault: refused.kind };
  const done = endpoint.session ? runCounted(options, endpoint, incoming, token) : runSafely(options, endpoint, incoming);
  return { operation, answer: done, line: lineFaultAfter(org, operation) };
}

async function read(options: HandlerOptions, request: IncomingMessage, url: string): Promise<Incoming> {
  const headers = request.headers as Record<string, string | undefined>;
  const host = headers.host ?? '';
  // Behind a name of the vendor's own (a client that knows no other), the client is told where the sandbox really is.
  const origin = host === '' || /\.(salesforce|force)\.com(:\d+)?$/i.test(host) ? options.org.url : `${options.scheme}://${host}`;
  return { method: request.method ?? 'GET', url, headers, body: await readBody(request), origin };
}

function runSafely(options: HandlerOptions, endpoint: Endpoint, incoming: Incoming): Answer {
  try {
    return endpoint.run(incoming);
  } catch (error) {
    const reply = errorReply(error, options.log);
    return jsonAnswer(reply.status, reply.body, reply.headers);
  }
}

function runCounted(options: HandlerOptions, endpoint: Endpoint, incoming: Incoming, token: string): Answer {
  const { org } = options;
  const data = endpoint.operation !== 'userinfo' && endpoint.operation !== 'identity';
  if (!org.sessions.use(token)) return jsonAnswer(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
  if (incoming.url.length > MAX_URL) return jsonAnswer(414, [{ message: 'URI Too Long', errorCode: 'URI_TOO_LONG' }]);
  if (data && org.apiUsage >= org.settings.apiLimit) return withLimitInfo(org, jsonAnswer(403, [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]));
  const answered = runSafely(options, endpoint, incoming);
  if (data && !UNCOUNTED.has(answered.status)) {
    const n = requestsIn(org, endpoint, incoming);
    org.apiUsage += n;
    org.ledger.countApiCalls(n);
  }
  return data ? withLimitInfo(org, answered) : answered;
}

/** A Composite call is one request, unless the org is set to count its parts. */
function requestsIn(org: Org, endpoint: Endpoint, incoming: Incoming): number {
  if (endpoint.operation !== 'composite' || !org.settings.compositeCountsSubrequests) return 1;
  const body = JSON.parse(incoming.body.toString('utf8')) as { compositeRequest?: unknown[] };
  return Math.max(1, body.compositeRequest?.length ?? 1);
}

const withLimitInfo = (org: Org, answered: Answer): Answer => ({
  ...answered, headers: { ...answered.headers, 'Sforce-Limit-Info': `api-usage=${org.apiUsage}/${org.settings.apiLimit}` },
});

async function breakLine(options: HandlerOptions, outcome: Outcome, response: ServerResponse): Promise<void> {
  const { line, answer: done } = outcome;
  const hangMs = line && 'hangMs' in line ? (line.hangMs ?? 0) : 0;
  if (hangMs > 0) await pause(hangMs, undefined, { signal: options.signal }).catch(() => undefined);
  if (line?.kind === 'truncated-answer' && done) {
    response.writeHead(done.status, { ...done.headers, 'Content-Length': done.body.length });
    response.write(done.body.subarray(0, Math.floor(done.body.length / 2)), () => response.destroy());
    return;
  }
  response.destroy();
}
