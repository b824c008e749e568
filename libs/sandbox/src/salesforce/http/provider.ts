import type { IncomingMessage } from 'node:http';
import { controlled } from '../control/control.ts';
import { refusal } from '../faults/request-faults.ts';
import type { Org } from '../org.ts';
import type { Asked, Provider } from '../../serving/handler.ts';
import { jsonAnswer, readBody, type Answer } from '../../serving/io.ts';
import { errorReply } from './dispatch.ts';
import { endpointOf, type Endpoint, type Incoming } from './endpoints.ts';
import { BULK_BODIES, SALESFORCE_BODIES } from './io.ts';

/** The vendor refuses a URL with its headers beyond 16 384 bytes. */
const MAX_URL = 16_384;
const BULK_DATA = /\/jobs\/ingest\/\w+\/batches/i;
/** Never counted against the allocation: refused before the org looked at them. */
const UNCOUNTED = new Set([401, 403, 429, 503]);

/** A Salesforce org as something to be served. */
export function salesforceProvider(org: Org, scheme: 'http' | 'https', log: (line: string) => void): Provider {
  const refuse = (error: unknown): Answer => {
    const reply = errorReply(error, log);
    return jsonAnswer(reply.status, reply.body, reply.headers);
  };
  return { controlled: controlled(org), now: org.now, latencyMs: () => org.settings.latencyMs, refuse, log, read: (request, url) => read(org, scheme, request, url, { refuse, log }) };
}

interface Tools {
  refuse: (error: unknown) => Answer;
  log: (line: string) => void;
}

async function read(org: Org, scheme: string, request: IncomingMessage, url: string, { refuse, log }: Tools): Promise<Asked> {
  const headers = request.headers as Record<string, string | undefined>;
  const host = headers.host ?? '';
  // Behind a name of the vendor's own (a client that knows no other), the client is told where the sandbox really is.
  const origin = host === '' || /\.(salesforce|force)\.com(:\d+)?$/i.test(host) ? org.url : `${scheme}://${host}`;
  const incoming: Incoming = { method: request.method ?? 'GET', url, headers, body: await readBody(request, BULK_DATA.test(url) ? BULK_BODIES : SALESFORCE_BODIES), origin };
  org.bulk.tick();
  const endpoint = endpointOf(org, incoming, log);
  const worded = (answer: Answer): Answer => endpoint.worded?.(answer) ?? answer;
  const runSafely = (): Answer => {
    try {
      return endpoint.run(incoming);
    } catch (error) {
      return worded(refuse(error));
    }
  };
  return {
    operation: endpoint.operation,
    refusal: () => {
      const struck = refusal(org, endpoint.operation, endpoint.token);
      return struck && { ...struck, answer: worded(struck.answer) };
    },
    run: () => (endpoint.session ? runCounted(org, endpoint, incoming, { runSafely, worded }) : runSafely()),
  };
}

interface Running {
  runSafely: () => Answer;
  worded: (answer: Answer) => Answer;
}

const refused = (status: number, errorCode: string, message: string): Answer => jsonAnswer(status, [{ message, errorCode }]);

function runCounted(org: Org, endpoint: Endpoint, incoming: Incoming, { runSafely, worded }: Running): Answer {
  const data = endpoint.operation !== 'userinfo' && endpoint.operation !== 'identity';
  // SOAP tells the limit in its envelope.
  const limited = data && !endpoint.worded;
  if (!org.sessions.use(endpoint.token)) return worded(refused(401, 'INVALID_SESSION_ID', endpoint.worded ? 'Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash' : 'Session expired or invalid'));
  if (incoming.url.length > MAX_URL) return refused(414, 'URI_TOO_LONG', 'URI Too Long');
  if (data && org.apiUsage >= org.settings.apiLimit) {
    const answer = worded(refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'));
    return limited ? withLimitInfo(org, answer) : answer;
  }
  const answered = runSafely();
  if (data && !UNCOUNTED.has(answered.status)) {
    const n = requestsIn(org, endpoint, incoming);
    org.apiUsage += n;
    org.ledger.countApiCalls(n);
  }
  return limited ? withLimitInfo(org, answered) : answered;
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
