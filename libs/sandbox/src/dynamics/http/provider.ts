import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { batch } from '../api/batch.ts';
import { instanceDiscovery, openId, token } from '../auth/entra.ts';
import { controlled } from '../control.ts';
import type { Environment } from '../environment.ts';
import { badUrl, DvError, noSegment } from '../errors.ts';
import { refusal, tooManyRequests, unauthorized } from '../faults/request-faults.ts';
import type { Asked, Provider } from '../../serving/handler.ts';
import { jsonAnswer, readBody, textAnswer, type Answer, type BodyRules } from '../../serving/io.ts';
import { readPath, type DvRequest, type Reply } from './request.ts';
import { answer, errorReply, routeOf } from './routes.ts';

/** The longest address of a request; inside a batch twice that is allowed. */
const LONGEST_URL = 32_768;
const MAX_BODY = 117 * 1024 * 1024;

export const DATAVERSE_BODIES: BodyRules = {
  maxBytes: MAX_BODY,
  tooLarge: () => new DvError(413, '0x80060888', `The request is larger than ${MAX_BODY} bytes.`),
  notPacked: () => badUrl('The request body is not packed as its Content-Encoding says.'),
};

const asAnswer = (reply: Reply): Answer => {
  if (reply.text) return { ...textAnswer(reply.status, reply.text.type, reply.text.content), headers: { 'Content-Type': reply.text.type, ...reply.headers } };
  return jsonAnswer(reply.status, reply.body, reply.body === undefined ? reply.headers : { ...reply.headers, 'Content-Type': 'application/json; odata.metadata=minimal' });
};

/** A Dataverse environment, with the sign-in beside it, as something to be served. */
export function dynamicsProvider(env: Environment, scheme: 'http' | 'https', log: (line: string) => void): Provider {
  return {
    controlled: controlled(env), now: env.now, latencyMs: () => env.settings.latencyMs, log,
    refuse: (error) => asAnswer(errorReply(error, log)),
    read: (request, url) => read(env, scheme, request, url, log),
  };
}

async function read(env: Environment, scheme: string, request: IncomingMessage, url: string, log: (line: string) => void): Promise<Asked> {
  const headers = request.headers as Record<string, string | undefined>;
  const origin = headers.host ? `${scheme}://${headers.host}` : env.url;
  const body = (await readBody(request, DATAVERSE_BODIES)).toString('utf8');
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const signIn = signInOf(env, request.method ?? 'GET', path, query, { body, origin, authorization: headers.authorization });
  if (signIn) return { operation: signIn.operation, refusal: () => refusal(env, signIn.operation, ''), run: () => signIn.run() };
  const below = /^\/api\/data\/v(9\.\d)\/?(.*)$/.exec(path);
  if (!below) throw noSegment(path.split('/').find((part) => part !== '') ?? '/');
  const asked: DvRequest = { env, method: request.method ?? 'GET', segments: readPath(below[2]!), query, headers, body, root: `${origin}/api/data/v${below[1]!}/`, log };
  return api(asked, url, headers.authorization);
}

function api(asked: DvRequest, url: string, authorization: string | undefined): Asked {
  const { env } = asked;
  const isBatch = asked.segments.length === 1 && asked.segments[0]!.name === '$batch' && asked.method === 'POST';
  const route = isBatch ? { operation: /^(POST|PATCH|PUT|DELETE)\s/m.test(asked.body) ? 'batch' : 'batch.read', handler: batch } : undefined;
  const operation = route?.operation ?? operationOf(asked);
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return {
    operation,
    refusal: () => refusal(env, operation, bearer),
    run: () => {
      if (!env.tokens.good(bearer)) return unauthorized(env);
      if (url.length > LONGEST_URL) return asAnswer({ status: 414, text: { type: 'text/html', content: '<h2>Request URL Too Long</h2>' } });
      const entered = env.protection.enter();
      if (!entered.allowed) return tooManyRequests(entered.retryAfterSeconds);
      env.ledger.countApiCalls(1);
      const { reply } = answer(asked, () => route ?? routeOf(asked));
      const done = asAnswer(reply);
      return { ...done, headers: { 'OData-Version': '4.0', 'x-ms-service-request-id': randomUUID(), ...env.protection.headers(), ...done.headers } };
    },
  };
}

/** The name of what is asked; refusals come when it is run. */
function operationOf(asked: DvRequest): string {
  try {
    return routeOf(asked).operation;
  } catch {
    return 'unknown';
  }
}

interface SignIn {
  body: string;
  origin: string;
  authorization: string | undefined;
}

function signInOf(env: Environment, method: string, path: string, query: URLSearchParams, { body, origin, authorization }: SignIn): { operation: string; run: () => Answer } | undefined {
  const tenant = (pattern: RegExp) => pattern.exec(path)?.[1];
  const forToken = tenant(/^\/([^/]+)\/oauth2\/v2\.0\/token$/);
  if (forToken && method === 'POST') return { operation: 'token', run: () => token(env, forToken, new URLSearchParams(body), origin, authorization) };
  const forOpenId = tenant(/^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/);
  if (forOpenId && method === 'GET') return { operation: 'openid', run: () => openId(forOpenId, origin) };
  return path === '/common/discovery/instance' && method === 'GET' ? { operation: 'instance', run: () => instanceDiscovery(query, origin) } : undefined;
}
