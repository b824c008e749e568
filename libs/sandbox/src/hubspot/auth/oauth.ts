import { randomUUID, timingSafeEqual } from 'node:crypto';
import { jsonAnswer, type Answer } from '../../serving/io.ts';
import type { Account } from '../account.ts';

const same = (given: string | null, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const refuse = (status: string, message: string, error: string): Answer =>
  jsonAnswer(400, { status, message, correlationId: randomUUID(), error, error_description: message });

/** `POST /oauth/v1/token` and its later forms: code, refresh token or client credentials against an access token of 30 minutes. */
export function token(account: Account, form: URLSearchParams): Answer {
  const { clientId, clientSecret, refreshToken } = account.credentials;
  if (!same(form.get('client_id'), clientId)) return refuse('BAD_CLIENT_ID', 'missing or unknown client id', 'invalid_client');
  if (!same(form.get('client_secret'), clientSecret)) return refuse('BAD_CLIENT_SECRET', 'missing or invalid client secret', 'invalid_client');
  switch (form.get('grant_type')) {
    case 'refresh_token':
      if (!same(form.get('refresh_token'), refreshToken)) return refuse('BAD_REFRESH_TOKEN', 'missing or unknown refresh token', 'invalid_grant');
      break;
    case 'authorization_code':
      if (!form.get('code')) return refuse('BAD_AUTH_CODE', 'missing or unknown auth code', 'invalid_grant');
      if (!form.get('redirect_uri')) return refuse('MISMATCH_REDIRECT_URI_AUTH_CODE', 'missing or mismatched redirect URI', 'invalid_grant');
      break;
    case 'client_credentials':
      break;
    default:
      return refuse('BAD_GRANT_TYPE', 'missing or unknown grant type', 'unsupported_grant_type');
  }
  const { token: access, expiresIn } = account.sessions.start();
  return jsonAnswer(200, { token_type: 'bearer', refresh_token: refreshToken, access_token: access, expires_in: expiresIn });
}

/** `GET /oauth/v1/access-tokens/{token}` */
export function tokenInfo(account: Account, text: string): Answer {
  const session = account.sessions.find(text);
  if (session?.kind !== 'oauth') return jsonAnswer(404, { status: 'error', message: 'access token is not valid', correlationId: randomUUID(), category: 'OBJECT_NOT_FOUND' });
  return jsonAnswer(200, {
    token: text, user: account.userEmail, hub_domain: account.domain, scopes: account.scopes, hub_id: account.portalId, app_id: 1_234_567, expires_in: Math.floor((session.expiresAt - account.now()) / 1000),
    user_id: account.userId, token_type: 'access', signed_access_token: {},
  });
}

/** `GET /oauth/v1/refresh-tokens/{token}` */
export function refreshTokenInfo(account: Account, text: string): Answer {
  if (!same(text, account.credentials.refreshToken)) return jsonAnswer(404, { status: 'error', message: 'refresh token is not valid', correlationId: randomUUID(), category: 'OBJECT_NOT_FOUND' });
  return jsonAnswer(200, {
    token: text, user: account.userEmail, hub_domain: account.domain, scopes: account.scopes, hub_id: account.portalId, client_id: account.credentials.clientId, user_id: account.userId, token_type: 'refresh',
  });
}
