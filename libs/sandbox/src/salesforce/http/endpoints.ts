import { identity, introspect, revoke, token, userinfo } from '../auth/oauth.ts';
import { versions } from '../api/describe.ts';
import { SfError } from '../errors.ts';
import type { Org } from '../org.ts';
import { asSoap, soapEndpoint } from '../soap/endpoint.ts';
import { dispatch, router, splitUrl } from './dispatch.ts';
import { jsonAnswer, textAnswer, type Answer } from '../../serving/io.ts';
import { parseJson } from './io.ts';
import type { Reply } from './rest.ts';

export interface Incoming {
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** scheme://host that the client used. */
  origin: string;
}

/** What a request is, known before anything of it is done. `session` says whether it needs one and counts as an API request. */
export interface Endpoint {
  operation: string;
  session: boolean;
  /** The session that was sent. */
  token: string;
  run: (incoming: Incoming) => Answer;
  /** A refusal as this endpoint words it, when it does so otherwise than REST. */
  worded?: (answer: Answer) => Answer;
}

const SOAP_PATH = /^\/services\/soap\/[uc]\/(\d{1,2}\.\d)(?:\/\w+)?$/;

function answerOf({ status, body, text, headers }: Reply): Answer {
  if (!text) return jsonAnswer(status, body, headers);
  const plain = textAnswer(status, text.type, text.body);
  return { ...plain, headers: { ...plain.headers, ...headers } };
}
const form = (incoming: Incoming) => new URLSearchParams(incoming.body.length ? incoming.body.toString('utf8') : (incoming.url.split('?')[1] ?? ''));

/** Finds the endpoint of a request; throws the vendor's 404 or 405 when there is none. */
export function endpointOf(org: Org, incoming: Incoming, log: (line: string) => void): Endpoint {
  const { method, url } = incoming;
  const { path, query } = splitUrl(url);
  const lower = path.toLowerCase().replace(/\/+$/, '');
  const version = SOAP_PATH.exec(lower)?.[1];
  if (version) {
    if (method !== 'POST') throw new SfError(405, 'METHOD_NOT_ALLOWED', 'SOAP requests are sent by POST.');
    const soap = soapEndpoint(org, incoming.body.toString('utf8'), version);
    return { ...soap, run: (i) => soap.run(i.origin), worded: asSoap };
  }
  const token = bearer(incoming.headers);
  const open = openEndpoint(org, lower);
  if (open) return { ...open, token };
  if (lower === '/services/oauth2/userinfo') return { operation: 'userinfo', session: true, token, run: (i) => answerOf(userinfo(org, i.origin)) };
  if (/^\/id\/00d\w+\/005\w+$/.test(lower)) return { operation: 'identity', session: true, token, run: (i) => answerOf(identity(org, i.origin)) };
  const override = method === 'POST' ? query.get('_HttpMethod') : null;
  const effective = override?.toUpperCase() ?? method;
  const match = router.match(effective, path);
  return {
    operation: match.operation,
    session: true,
    token,
    run: () => {
      const body = match.raw ? incoming.body : parseJson(incoming.body, incoming.headers['content-type']);
      const reply = dispatch(org, match, { method: effective, url, path, query, headers: incoming.headers, body }, log);
      return answerOf(reply);
    },
  };
}

function openEndpoint(org: Org, path: string): Omit<Endpoint, 'token'> | undefined {
  switch (path) {
    case '/services/oauth2/token':
      return { operation: 'token', session: false, run: (i) => answerOf(token(org, form(i), i.headers.authorization, i.origin)) };
    case '/services/oauth2/revoke':
      return { operation: 'revoke', session: false, run: (i) => answerOf(revoke(org, form(i))) };
    case '/services/oauth2/introspect':
      return { operation: 'introspect', session: false, run: (i) => answerOf(introspect(org, form(i), i.headers.authorization)) };
    case '/services/data':
      return { operation: 'versions', session: false, run: () => jsonAnswer(200, versions()) };
  }
  return undefined;
}

/** The session of a request, from `Authorization: Bearer` (or `OAuth`). */
function bearer(headers: Incoming['headers']): string {
  return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
