import type { IncomingMessage } from 'node:http';
import { controlled } from '../control/control.ts';
import { refusal } from '../faults/request-faults.ts';
import type { Org } from '../org.ts';
import type { Asked, Provider } from '../../serving/handler.ts';
import { jsonAnswer, readBody, type Answer } from '../../serving/io.ts';
import { errorReply } from './dispatch.ts';
import { bearer, endpointOf, type Endpoint, type Incoming } from './endpoints.ts';
import { SALESFORCE_BODIES } from './io.ts';

/** The vendor refuses a URL with its headers beyond 16 384 bytes. */
const MAX_URL = 16_384;
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
  const incoming: Incoming = { method: request.method ?? 'GET', url, headers, body: await readBody(request, SALESFORCE_BODIES), origin };
  const endpoint = endpointOf(org, incoming.method, url, log);
  const token = bearer(headers);
  const runSafely = (): Answer => {
    try {
      return endpoint.run(incoming);
    } catch (error) {
      return refuse(error);
    }
  };
  return {
    operation: endpoint.operation,
    refusal: () => refusal(org, endpoint.operation, token),
    run: () => (endpoint.session ? runCounted(org, endpoint, incoming, token, runSafely) : runSafely()),
  };
}

function runCounted(org: Org, endpoint: Endpoint, incoming: Incoming, token: string, runSafely: () => Answer): Answer {
  const data = endpoint.operation !== 'userinfo' && endpoint.operation !== 'identity';
  if (!org.sessions.use(token)) return jsonAnswer(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
  if (incoming.url.length > MAX_URL) return jsonAnswer(414, [{ message: 'URI Too Long', errorCode: 'URI_TOO_LONG' }]);
  if (data && org.apiUsage >= org.settings.apiLimit) return withLimitInfo(org, jsonAnswer(403, [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]));
  const answered = runSafely();
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
