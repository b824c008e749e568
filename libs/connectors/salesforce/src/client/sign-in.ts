import { authExpired, invalid, type SignalboxError } from '@signalbox/kernel';
import { checkBaseUrl, NoAnswerError, type HttpExchange } from '@signalbox/connectors-sdk';
import { importPKCS8, SignJWT } from 'jose';
import { OAuth2 } from 'jsforce/lib/core.js';
import type { Grant, SalesforceSettings } from '../settings.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { GuardedTransport } from './transport.ts';

export interface SignedIn {
  instanceUrl: string;
  accessToken: string;
  userId: string;
  organisationId: string;
}

const SIGN_IN_TIMEOUT_MS = 30_000;
const ASSERTION_SECONDS = 180;
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const APP = 'Setup > External Client App Manager > your app';

async function parametersFor(grant: Grant, now: Date): Promise<{ grant_type: string; [name: string]: string }> {
  if (grant.kind === 'client_credentials') return { grant_type: 'client_credentials', client_id: grant.clientId, client_secret: grant.clientSecret };
  const key = await importPKCS8(grant.privateKey.trim(), 'RS256').catch((cause: unknown) => {
    throw invalid('salesforce.private_key_invalid', 'The private key is not a PKCS#8 key in PEM form. It begins with -----BEGIN PRIVATE KEY-----; convert another form with: openssl pkcs8 -topk8 -nocrypt.', { field: 'secrets.private_key', detail: String(cause) });
  });
  const seconds = Math.floor(now.getTime() / 1000);
  const assertion = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' })
    .setIssuer(grant.clientId).setSubject(grant.username).setAudience(grant.audience).setExpirationTime(seconds + ASSERTION_SECONDS).sign(key);
  return { grant_type: JWT_GRANT, assertion };
}

/** OAuth's error names, and where in Salesforce each is mended. */
function explainRefusal(error: string, description: string, settings: SalesforceSettings): SignalboxError {
  const said = `Salesforce said: ${error}${description ? ` (${description})` : ''}.`;
  const refused = (code: string, message: string, field: string) => authExpired(code, `${message} ${said}`, { field });
  if (error === 'invalid_client_id') return refused('salesforce.client_id_unknown', `Salesforce does not know the client id. Copy the consumer key again from ${APP} > Settings.`, 'settings.client_id');
  if (error === 'invalid_client') return refused('salesforce.client_refused', `Salesforce refuses the client id or secret. Copy both again from ${APP} > Settings.`, 'secrets.client_secret');
  if (error === 'unsupported_grant_type') return refused('salesforce.flow_disabled', `This way to sign in is not switched on. Enable it under ${APP} > Policies > OAuth Flows, and use the org's My Domain as the address.`, 'auth_kind');
  if (/audience/i.test(description)) return refused('salesforce.audience_refused', `The audience is wrong: https://login.salesforce.com for a production org, https://test.salesforce.com for a sandbox org.`, 'settings.audience');
  if (/approved|authorized/i.test(description)) return refused('salesforce.user_not_authorised', `The user is not authorised for the app. Pre-authorise its profile or permission set under ${APP} > Policies.`, 'settings.username');
  const field = settings.grant.kind === 'jwt_bearer' ? 'secrets.private_key' : 'secrets.client_secret';
  return refused('salesforce.sign_in_refused', `Salesforce at ${new URL(settings.origin).host} refuses to sign Signalbox in. Check the client id, its secret or key, and the user to run as, under ${APP}.`, field);
}

interface TokenAnswer {
  access_token?: unknown;
  instance_url?: unknown;
  id?: unknown;
}

function readToken(token: TokenAnswer | undefined, failure: CallFailure, settings: SalesforceSettings, now: Date): SignedIn {
  if (typeof token?.access_token !== 'string' || typeof token.instance_url !== 'string') throw explain(failure, now.getTime());
  const [organisationId = '', userId = ''] = String(token.id ?? '').split('/').slice(-2);
  // The instance is told by the other side, so it is judged like an address that a person gave.
  return { accessToken: token.access_token, instanceUrl: checkBaseUrl(token.instance_url, settings.plainHosts).origin, userId, organisationId };
}

/** @throws AuthExpired naming the setting to mend; Retryable when nothing useful answered */
export async function signIn(exchange: HttpExchange, settings: SalesforceSettings, now: Date): Promise<SignedIn> {
  const parameters = await parametersFor(settings.grant, now);
  const transport = new GuardedTransport(exchange, SIGN_IN_TIMEOUT_MS);
  const oauth = Object.assign(new OAuth2({ loginUrl: settings.origin }), { _transport: transport });
  const { host } = new URL(settings.origin);
  let token: TokenAnswer | undefined;
  try {
    token = (await oauth.requestToken(parameters)) as TokenAnswer | undefined;
  } catch (thrown) {
    if (thrown instanceof NoAnswerError) throw explain(new CallFailure({ operation: 'token', host, noAnswer: thrown }), now.getTime());
    const { name, message } = thrown as Error;
    const status = transport.answer?.status ?? 0;
    if ((status === 400 || status === 401) && !name.startsWith('ERROR_HTTP')) throw explainRefusal(name, message, settings);
    throw explain(new CallFailure({ operation: 'token', host, answer: transport.answer }), now.getTime());
  }
  return readToken(token, new CallFailure({ operation: 'token', host, answer: transport.answer }), settings, now);
}
