import { createHmac, createVerify } from 'node:crypto';
import type { Org } from '../org.ts';
import type { Reply } from '../http/rest.ts';

const refuse = (error: string, description: string): Reply => ({ status: 400, body: { error, error_description: description } });
const AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];
/** Clocks may differ by this much. */
const LEEWAY_S = 180;

/** Client id and secret, from the body or from Basic authorisation. */
function clientOf(form: URLSearchParams, authorization: string | undefined): { id: string | null; secret: string | null } {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (!basic) return { id: form.get('client_id'), secret: form.get('client_secret') };
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { id: decode(id), secret: decode(secret) };
}

const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function badClient(org: Org, form: URLSearchParams, authorization: string | undefined): Reply | undefined {
  const client = clientOf(form, authorization);
  if (client.id !== org.credentials.clientId) return refuse('invalid_client_id', 'client identifier invalid');
  return client.secret === org.credentials.clientSecret ? undefined : refuse('invalid_client', 'invalid client credentials');
}

export const passwordMatches = (org: Org, username: string | null, password: string | null): boolean => {
  const { credentials } = org;
  return username === credentials.username && (password === credentials.password || password === credentials.password + credentials.securityToken);
};

/** `origin` is where the client reached the org, and so where it is told to go. */
export function token(org: Org, form: URLSearchParams, authorization: string | undefined, origin: string): Reply {
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return badClient(org, form, authorization) ?? grant(org, origin, false);
    case 'password':
      return badClient(org, form, authorization)
        ?? (passwordMatches(org, form.get('username'), form.get('password')) ? grant(org, origin, false) : refuse('invalid_grant', 'authentication failure'));
    case 'refresh_token': {
      const client = clientOf(form, authorization);
      if (client.id !== org.credentials.clientId) return refuse('invalid_client_id', 'client identifier invalid');
      return org.sessions.knowsRefresh(form.get('refresh_token') ?? '') ? grant(org, origin, false) : refuse('invalid_grant', 'expired access/refresh token');
    }
    case 'authorization_code':
      return badClient(org, form, authorization)
        ?? (form.get('code') === 'signalbox-sandbox-code' ? grant(org, origin, true) : refuse('invalid_grant', 'expired authorization code'));
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer': {
      const problem = assertionProblem(org, form.get('assertion') ?? '', origin);
      return problem ? refuse(problem.error ?? 'invalid_grant', problem.description) : grant(org, origin, false);
    }
    default:
      return refuse('unsupported_grant_type', 'grant type not supported');
  }
}

function grant(org: Org, origin: string, withRefreshToken: boolean): Reply {
  const { accessToken, refreshToken } = org.sessions.open(withRefreshToken, org.settings.jwtAccessTokens);
  const id = `${origin}/id/${org.id}/${org.userId}`;
  const issuedAt = String(org.now());
  const signature = createHmac('sha256', org.credentials.clientSecret).update(id + issuedAt).digest('base64');
  return {
    status: 200,
    body: { access_token: accessToken, ...(refreshToken ? { refresh_token: refreshToken } : {}), signature, scope: 'api', instance_url: origin, id, token_type: 'Bearer', issued_at: issuedAt },
    headers: { 'Cache-Control': 'no-cache, no-store' },
  };
}

/** The three parts of an RS256 assertion; its signature is verified when the sandbox was given a public key. */
function assertionProblem(org: Org, assertion: string, origin: string): { error?: string; description: string } | undefined {
  const [head, body, signature, ...more] = assertion.split('.');
  const header = json(head);
  const claims = json(body);
  if (!header || !claims || !signature || more.length || header.alg !== 'RS256') return { description: 'invalid assertion' };
  if (org.jwtPublicKey && !createVerify('RSA-SHA256').update(`${head}.${body}`).verify(org.jwtPublicKey, signature, 'base64url')) return { description: 'invalid assertion' };
  if (claims.iss !== org.credentials.clientId) return { error: 'invalid_client_id', description: 'client identifier invalid' };
  if (claims.sub !== org.credentials.username) return { description: "user hasn't approved this consumer" };
  if (![...AUDIENCES, origin, org.url].includes(String(claims.aud).replace(/\/$/, ''))) return { description: 'audience is invalid' };
  const expiry = Number(claims.exp);
  const now = org.now() / 1000;
  if (!Number.isFinite(expiry) || expiry < now - LEEWAY_S || expiry > now + 600) return { description: 'assertion expired' };
  return undefined;
}

function json(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function revoke(org: Org, form: URLSearchParams): Reply {
  org.sessions.end(form.get('token') ?? '');
  return { status: 200, body: {} };
}

export function introspect(org: Org, form: URLSearchParams, authorization: string | undefined): Reply {
  const refused = badClient(org, form, authorization);
  if (refused) return refused;
  const expiresAt = org.sessions.expiresAt(form.get('token') ?? '');
  if (expiresAt === undefined) return { status: 200, body: { active: false } };
  return {
    status: 200,
    body: {
      active: true, scope: 'api', client_id: org.credentials.clientId, username: org.credentials.username, sub: `${org.url}/id/${org.id}/${org.userId}`,
      token_type: 'access_token', exp: Math.floor(expiresAt / 1000), iat: Math.floor(org.now() / 1000), nbf: Math.floor(org.now() / 1000),
    },
  };
}

/** The identity URL and the OpenID user info, which differ in a few names. */
export function identity(org: Org, origin: string): Reply {
  const { username } = org.credentials;
  const data = `${origin}/services/data/v{version}/`;
  return {
    status: 200,
    body: {
      id: `${origin}/id/${org.id}/${org.userId}`, asserted_user: true, user_id: org.userId, organization_id: org.id, username, nick_name: 'integration',
      display_name: 'Integration User', email: username, email_verified: true, first_name: 'Integration', last_name: 'User', timezone: 'Europe/London', active: true,
      user_type: 'STANDARD', language: 'en_US', locale: 'en_GB', utcOffset: 0, is_app_installed: true,
      urls: {
        enterprise: `${origin}/services/Soap/c/{version}/${org.id}`, partner: `${origin}/services/Soap/u/{version}/${org.id}`, rest: data, sobjects: `${data}sobjects/`,
        search: `${data}search/`, query: `${data}query/`, recent: `${data}recent/`, profile: `${origin}/${org.userId}`, custom_domain: origin,
      },
    },
  };
}

export function userinfo(org: Org, origin: string): Reply {
  const { username } = org.credentials;
  return {
    status: 200,
    body: {
      sub: `${origin}/id/${org.id}/${org.userId}`, user_id: org.userId, organization_id: org.id, preferred_username: username, nickname: 'integration', name: 'Integration User',
      email: username, email_verified: true, given_name: 'Integration', family_name: 'User', zoneinfo: 'Europe/London', active: true, user_type: 'STANDARD', language: 'en_US', locale: 'en_GB', utcOffset: 0,
    },
  };
}
