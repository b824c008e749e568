import { authExpired, type SignalboxError } from '@signalbox/kernel';
import { NoAnswerError, type HttpAnswer, type HttpExchange } from '@signalbox/connectors-sdk';
import type { DynamicsSettings } from '../settings.ts';
import { CallFailure } from './call-failure.ts';
import { explain } from './explain.ts';

export interface SignedIn {
  accessToken: string;
}

const SIGN_IN_TIMEOUT_MS = 30_000;
const APP = 'In the Microsoft Entra admin center: App registrations > your app';

interface TokenAnswer {
  access_token?: unknown;
  error?: unknown;
  error_description?: unknown;
  error_codes?: unknown;
}

/** Entra ID's numbers, what each means, and where it is mended. */
function explainRefusal(token: TokenAnswer, settings: DynamicsSettings): SignalboxError {
  const number = Array.isArray(token.error_codes) ? Number(token.error_codes[0]) : 0;
  const said = `Entra ID said: ${String(token.error_description ?? token.error).split(/\s*(?:Trace ID|\r?\n)/)[0]!.slice(0, 300)}`;
  const refused = (code: string, message: string, field: string) => authExpired(code, `${message} ${said}`, { field });
  switch (number) {
    case 7000215:
      return refused('dynamics.client_secret_wrong', `The client secret is wrong. Copy the secret's value, not its id; it is shown only once. ${APP} > Certificates & secrets.`, 'secrets.client_secret');
    case 7000222:
      return refused('dynamics.client_secret_expired', `The client secret has expired. Make a new one and give its value. ${APP} > Certificates & secrets.`, 'secrets.client_secret');
    case 700016:
      return refused('dynamics.client_id_unknown', `Entra ID does not know the client id in this tenant. Copy the Application (client) ID again. ${APP} > Overview.`, 'settings.client_id');
    case 90002:
    case 900023:
      return refused('dynamics.tenant_unknown', `Entra ID does not know the tenant. Copy the Directory (tenant) ID again. ${APP} > Overview.`, 'settings.tenant_id');
    case 500011:
      return refused('dynamics.environment_unknown', `The tenant has no environment at ${settings.origin}. Copy the Environment URL again from the Power Platform admin center.`, 'base_url');
    default:
      return refused('dynamics.sign_in_refused', `Entra ID refuses to sign Signalbox in. Check the tenant, the client id and the secret. ${APP}.`, 'secrets.client_secret');
  }
}

function readAnswer(body: string): TokenAnswer {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {}; // a web page: explained by its status and content type
  }
}

/** @throws AuthExpired naming the setting to mend; Retryable when nothing useful answered */
export async function signIn(exchange: HttpExchange, settings: DynamicsSettings, now: Date): Promise<SignedIn> {
  const host = new URL(settings.authority).host;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: settings.clientId, client_secret: settings.clientSecret, scope: `${settings.origin}/.default` });
  let answer: HttpAnswer;
  try {
    answer = await exchange.send({
      method: 'POST', url: `${settings.authority}/${encodeURIComponent(settings.tenantId)}/oauth2/v2.0/token`, body: form.toString(), timeoutMs: SIGN_IN_TIMEOUT_MS,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    });
  } catch (thrown) {
    if (thrown instanceof NoAnswerError) throw explain(new CallFailure({ operation: 'token', host, noAnswer: thrown }), now.getTime());
    throw thrown;
  }
  const token = readAnswer(answer.body);
  if ((answer.status === 400 || answer.status === 401) && typeof token.error === 'string') throw explainRefusal(token, settings);
  // Only the status and the shape are looked at from here on, so that no token can end up in an error.
  if (answer.status !== 200 || typeof token.access_token !== 'string') throw explain(new CallFailure({ operation: 'token', host, answer: answer.status === 200 ? { ...answer, body: '' } : answer }), now.getTime());
  return { accessToken: token.access_token };
}
