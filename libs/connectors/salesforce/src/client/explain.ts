import { authExpired, forbidden, invalid, notFound, retryable, type SignalboxError } from '@signalbox/kernel';
import { explainExchange, notUnderstood, retryAfterMs, type ProviderWords } from '@signalbox/connectors-sdk';
import type { CallFailure } from './call-failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const WORDS: ProviderWords = {
  code: 'salesforce', label: 'Salesforce', statusPage: 'https://status.salesforce.com', address: "the org's present My Domain",
  addressExample: "the org's My Domain, as in https://your-domain.my.salesforce.com", whereAddress: 'in Salesforce it stands under Setup > My Domain.',
};

function explainForbidden(failure: CallFailure): SignalboxError {
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  switch (failure.errorCode) {
    case 'REQUEST_LIMIT_EXCEEDED':
      return retryable('salesforce.daily_limit', `Salesforce at ${failure.host} has no API calls left for today. Work goes on by itself when there are some again; see Setup > System Overview > API Usage for who used them.`, 5 * MINUTE, extra);
    case 'API_DISABLED_FOR_ORG':
    case 'API_CURRENTLY_DISABLED':
      return forbidden('salesforce.api_disabled', `The Salesforce org at ${failure.host} has its API switched off for this user. Use an edition with API access, and give the integration user the permission 'API Enabled'.`, extra);
    default:
      return forbidden('salesforce.permission_missing', `Salesforce at ${failure.host} forbids this (403 ${failure.errorCode || 'without a reason'}${failure.entries[0] ? `: ${failure.entries[0].message}` : ''}). Give the integration user read, create and edit rights on the object, in its permission set.`, extra);
  }
}

function explainRefusal(failure: CallFailure): SignalboxError {
  const said = failure.entries.map((e) => `${e.errorCode}: ${e.message}`).join('; ') || `HTTP ${failure.status}`;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (failure.status === 404) return notFound('salesforce.not_found', `Salesforce at ${failure.host} does not have what was asked for (${said}). Check the name of the object, and that the integration user may see it.`, extra);
  return invalid('salesforce.request_refused', `Salesforce at ${failure.host} refused the request (${said}).`, extra);
}

/** What a failed call means for whoever asked: the place, what is wrong there, and the remedy. */
export function explain(failure: CallFailure, now: number): SignalboxError {
  const { status, host } = failure;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  const exchange = explainExchange(failure, WORDS, failure);
  if (exchange) return exchange;
  if (status === 429) return retryable('salesforce.too_many_requests', `Salesforce at ${host} asks to be called less often (429). Work goes on by itself after a pause.`, retryAfterMs(failure.headers, now) ?? MINUTE, extra);
  if (status === 401) return authExpired('salesforce.session_refused', `Salesforce at ${host} refuses the session it has just given (401${failure.entries[0] ? `: ${failure.entries[0].message}` : ''}). Check in Setup that the app's policies (IP restrictions, session security, API access control) admit the integration user.`, extra);
  if (status === 403) return explainForbidden(failure);
  if (status === 503) return retryable('salesforce.unavailable', `Salesforce at ${host} is not available just now (503). It is asked again; see https://status.salesforce.com.`, retryAfterMs(failure.headers, now) ?? 30 * SECOND, extra);
  if (status >= 500) return retryable('salesforce.server_error', `Salesforce at ${host} failed (${status}${failure.errorCode ? ` ${failure.errorCode}` : ''}). It is asked again; if this goes on, see https://status.salesforce.com.`, 30 * SECOND, extra);
  if (status >= 400) return explainRefusal(failure);
  return notUnderstood(failure, WORDS, failure);
}
