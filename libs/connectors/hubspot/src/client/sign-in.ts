import { authExpired, type SignalboxError } from '@signalbox/kernel';
import { NoAnswerError, type HttpExchange } from '@signalbox/connectors-sdk';
import type { Grant, HubspotSettings } from '../settings.ts';
import { tokensApi } from './apis.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';
import { GuardedTransport } from './transport.ts';

export interface SignedIn {
  accessToken: string;
  /** Milliseconds since the epoch; Infinity for a token that does not end. */
  renewAt: number;
}

const SIGN_IN_TIMEOUT_MS = 30_000;
/** Renewed this long before it ends: HubSpot wants clients to go by the time, not by a 401. */
const EARLY_MS = 60_000;
const APP = 'your app > Auth, in your developer account';

function explainRefusal(failure: CallFailure): SignalboxError {
  const { category, message } = failure.error;
  const said = `HubSpot said: ${category}${message ? ` (${message})` : ''}.`;
  const refused = (code: string, text: string, field: string) => authExpired(code, `${text} ${said}`, { field, cause: failure });
  if (/CLIENT_SECRET/i.test(category)) return refused('hubspot.client_secret_refused', `HubSpot refuses the client secret. Copy it again from ${APP}.`, 'secrets.client_secret');
  if (/CLIENT_ID/i.test(category)) return refused('hubspot.client_id_unknown', `HubSpot does not know the client id. Copy it again from ${APP}.`, 'settings.client_id');
  return refused('hubspot.refresh_token_refused', 'HubSpot refuses the refresh token: the app was uninstalled, or the token is another app\'s. Let an administrator of the account install the app again, and give the new refresh token.', 'secrets.refresh_token');
}

async function refresh(exchange: HttpExchange, settings: HubspotSettings, grant: Grant & { kind: 'oauth' }, now: Date): Promise<SignedIn> {
  const transport = new GuardedTransport(exchange, SIGN_IN_TIMEOUT_MS, settings.apiVersion);
  const { host } = new URL(settings.origin);
  try {
    const api = tokensApi({ origin: settings.origin, accessToken: '', transport });
    const token = await api.create('refresh_token', undefined, undefined, grant.clientId, grant.clientSecret, grant.refreshToken);
    if (typeof token?.accessToken !== 'string' || !(Number(token.expiresIn) > 0)) throw explain(new CallFailure({ operation: 'token', host, answer: transport.answer }), now.getTime());
    return { accessToken: token.accessToken, renewAt: now.getTime() + Number(token.expiresIn) * 1000 - EARLY_MS };
  } catch (thrown) {
    if (thrown instanceof NoAnswerError) throw explain(new CallFailure({ operation: 'token', host, noAnswer: thrown }), now.getTime());
    const { answer } = transport;
    if (!answer || (thrown as { kind?: unknown }).kind !== undefined) throw thrown;
    const failure = new CallFailure({ operation: 'token', host, answer });
    const isRefusal = (answer.status === 400 || answer.status === 401) && failure.error.category !== '';
    throw isRefusal ? explainRefusal(failure) : explain(failure, now.getTime());
  }
}

/** @throws AuthExpired naming the setting to mend; Retryable when nothing useful answered */
export async function signIn(exchange: HttpExchange, settings: HubspotSettings, now: Date): Promise<SignedIn> {
  const { grant } = settings;
  return grant.kind === 'access_token' ? { accessToken: grant.accessToken, renewAt: Infinity } : refresh(exchange, settings, grant, now);
}
