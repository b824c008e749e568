import type { IncomingMessage } from 'node:http';
import type { Asked, Provider } from '../../serving/handler.ts';
import { jsonAnswer, readBody, type Answer } from '../../serving/io.ts';
import type { Account } from '../account.ts';
import { associationRoutes } from '../api/associations.ts';
import { batchRoutes } from '../api/batch.ts';
import { listRoutes } from '../api/lists.ts';
import { objectRoutes } from '../api/objects.ts';
import { ownerRoutes } from '../api/owners.ts';
import { pipelineRoutes } from '../api/pipelines.ts';
import { propertyRoutes } from '../api/properties.ts';
import { searchRoutes } from '../api/search.ts';
import { refreshTokenInfo, token, tokenInfo } from '../auth/oauth.ts';
import { controlled } from '../control/control.ts';
import { HsError, invalidJson, missingScopes } from '../errors.ts';
import { refusal } from '../faults/refusals.ts';
import { HUBSPOT_BODIES } from './bodies.ts';
import { objectType, type RestRequest } from './rest.ts';
import { Router, type Match } from './router.ts';

/** A longer one is refused (guide: Error handling, 414). */
const MAX_URL = 16_384;
/** Never counted: refused before the account looked at them. */
const UNCOUNTED = new Set([401, 403, 429, 503]);

const router = new Router([...objectRoutes, ...batchRoutes, ...searchRoutes, ...propertyRoutes, ...pipelineRoutes, ...ownerRoutes, ...associationRoutes, ...listRoutes]);
const TOKEN = /^\/oauth\/(?:v1|v3|20\d\d-\d\d)\/token$/;
const TOKEN_INFO = /^\/oauth\/v1\/(access|refresh)-tokens\/([^/]+)$/;
const ACCOUNT_INFO = /^\/account-info\/(?:v3|20\d\d-\d\d)\/details$/;

/** A HubSpot account as something to be served. */
export function hubspotProvider(account: Account, scheme: 'http' | 'https', log: (line: string) => void): Provider {
  const refuse = (error: unknown): Answer => {
    if (error instanceof HsError) return jsonAnswer(error.status, error.body(), error.parts.headers);
    log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return jsonAnswer(500, new HsError(500, 'INTERNAL_ERROR', 'internal error').body());
  };
  return { controlled: controlled(account), now: account.now, latencyMs: () => account.settings.latencyMs, refuse, log, read: (request, url) => read(account, scheme, request, url, refuse) };
}

async function read(account: Account, scheme: string, request: IncomingMessage, url: string, refuse: (error: unknown) => Answer): Promise<Asked> {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const method = request.method ?? 'GET';
  const body = await readBody(request, HUBSPOT_BODIES);
  const open = openEndpoint(account, method, path, body);
  const safely = (work: () => Answer) => (): Answer => {
    try {
      return work();
    } catch (error) {
      return refuse(error);
    }
  };
  if (open) return { operation: open.operation, refusal: () => refusal(account, open.operation, ''), run: safely(open.run) };
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const incoming = { body, contentType: request.headers['content-type'], origin: `${scheme}://${request.headers.host ?? ''}`, path, query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)), urlLength: url.length };
  if (method === 'GET' && ACCOUNT_INFO.test(path)) return { operation: 'accountInfo', refusal: () => refusal(account, 'accountInfo', bearer), run: () => counted(account, bearer, false, refuse, () => jsonAnswer(200, accountInfo(account))) };
  const match = router.match(method, path);
  const { operation } = match.route;
  return { operation, refusal: () => refusal(account, operation, bearer), run: () => counted(account, bearer, operation === 'search', refuse, () => runRoute(account, match, incoming)) };
}

function openEndpoint(account: Account, method: string, path: string, body: Buffer): { operation: string; run: () => Answer } | undefined {
  if (method === 'POST' && TOKEN.test(path)) return { operation: 'token', run: () => token(account, new URLSearchParams(body.toString('utf8'))) };
  const info = method === 'GET' ? TOKEN_INFO.exec(path) : null;
  if (!info) return undefined;
  const text = decodeURIComponent(info[2]!);
  return info[1] === 'access' ? { operation: 'tokenInfo', run: () => tokenInfo(account, text) } : { operation: 'refreshTokenInfo', run: () => refreshTokenInfo(account, text) };
}

const accountInfo = (account: Account) => ({
  portalId: account.portalId, accountType: 'DEVELOPER_TEST', timeZone: 'Europe/Berlin', companyCurrency: 'EUR', additionalCurrencies: [], utcOffset: '+00:00', utcOffsetMilliseconds: 0,
  uiDomain: 'app-eu1.hubspot.com', dataHostingLocation: 'eu1',
});

/** Runs a request of a signed-in app within its limits, which every answer but a search's tells. */
function counted(account: Account, bearer: string, isSearch: boolean, refuse: (error: unknown) => Answer, work: () => Answer): Answer {
  let headers: Record<string, string> = {};
  let answered: Answer;
  try {
    const session = account.sessions.use(bearer);
    try {
      account.limits.take(session, isSearch);
    } finally {
      headers = account.limits.headers(session, isSearch);
    }
    answered = work();
  } catch (error) {
    answered = refuse(error);
  }
  if (!UNCOUNTED.has(answered.status)) account.ledger.countApiCalls(1);
  return { ...answered, headers: { ...answered.headers, ...headers } };
}

interface Incoming extends Pick<RestRequest, 'origin' | 'path' | 'query'> {
  body: Buffer;
  contentType: string | undefined;
  urlLength: number;
}

function runRoute(account: Account, { route, params }: Match, incoming: Incoming): Answer {
  if (incoming.urlLength > MAX_URL) throw new HsError(414, 'VALIDATION_ERROR', 'The request URI is too long.');
  const { scope } = route;
  const needed = typeof scope === 'function' ? scope(objectType(params['type'] ?? '')) : scope;
  if (needed && !account.scopes.includes(needed)) throw missingScopes([needed]);
  const { origin, path, query } = incoming;
  const reply = route.handler({ account, params, query, origin, path, body: parse(incoming), bodyLength: incoming.body.toString('utf8').length });
  return jsonAnswer(reply.status, reply.body);
}

function parse({ body, contentType }: Incoming): unknown {
  if (body.length === 0) return undefined;
  if (!/^application\/json\b/i.test(contentType ?? '')) throw new HsError(415, 'VALIDATION_ERROR', 'HTTP 415 Unsupported Media Type');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw invalidJson((error as Error).message);
  }
}
