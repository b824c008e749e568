import { authExpired, forbidden, invalid, notFound, retryable, type SignalboxError } from '@signalbox/kernel';
import { explainExchange, notUnderstood, retryAfterMs, type ProviderWords } from '@signalbox/connectors-sdk';
import type { CallFailure } from './call-failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const KEY_PAGE = 'Settings > Integrations > Service keys (or Private apps)';
const WORDS: ProviderWords = {
  code: 'hubspot', label: 'HubSpot', statusPage: 'https://status.hubspot.com', address: 'https://api.hubapi.com', addressExample: 'https://api.hubapi.com (not app.hubspot.com)',
  whereAddress: 'for HubSpot it is https://api.hubapi.com.',
};

function explainLimit(failure: CallFailure, now: number): SignalboxError {
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (failure.error.policyName === 'DAILY') {
    return retryable('hubspot.daily_limit', `HubSpot at ${failure.host} has no API calls left for today. Work goes on by itself when there are some again, at midnight in the account's time zone; see Settings > Integrations > Connected apps for who used them.`, 15 * MINUTE, extra);
  }
  const pause = failure.error.policyName === 'SECONDLY' ? SECOND : 10 * SECOND;
  return retryable('hubspot.too_many_requests', `HubSpot at ${failure.host} asks to be called less often (429 ${failure.error.policyName || 'without a reason'}). Work goes on by itself after a pause.`, retryAfterMs(failure.headers, now) ?? pause, extra);
}

function explainForbidden(failure: CallFailure): SignalboxError {
  const scopes = failure.error.complaints.length > 0 ? /"requiredGranularScopes":\[([^\]]*)\]/.exec(failure.bodyText)?.[1]?.replaceAll('"', '').replaceAll(',', ', ') : undefined;
  const remedy = scopes ? `It needs one of these scopes: ${scopes}. Add them under ${KEY_PAGE}, or to the OAuth app, and install it again.` : `Give the app the scopes it needs under ${KEY_PAGE}, or to the OAuth app.`;
  return forbidden('hubspot.permission_missing', `HubSpot at ${failure.host} forbids this (403 ${failure.error.category || 'without a reason'}). ${remedy}`, { cause: failure, detail: failure.bodyText.slice(0, 2000) });
}

/** Statuses that HubSpot documents as passing troubles, and how long to wait. */
const PASSING: Record<number, { ms: number; why: string }> = {
  423: { ms: 2 * SECOND, why: 'has locked what is being changed for a moment' },
  477: { ms: 5 * MINUTE, why: 'is moving the account to another data centre' },
};

/** What a failed call means for whoever asked: the place, what is wrong there, and the remedy. */
export function explain(failure: CallFailure, now: number): SignalboxError {
  const { status, host, error } = failure;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  const exchange = explainExchange(failure, WORDS, failure);
  if (exchange) return exchange;
  if (status === 429) return explainLimit(failure, now);
  if (status === 401) return authExpired('hubspot.token_refused', `HubSpot at ${host} refuses the access token (401${error.message ? `: ${error.message}` : ''}). Copy the token again from ${KEY_PAGE}; of an OAuth app, let an administrator install it again.`, { ...extra, field: 'secrets.access_token' });
  if (status === 403) return explainForbidden(failure);
  const passing = PASSING[status];
  if (passing) return retryable('hubspot.busy', `HubSpot at ${host} ${passing.why} (${status}). It is asked again.`, retryAfterMs(failure.headers, now) ?? passing.ms, extra);
  if (status >= 500) return retryable('hubspot.server_error', `HubSpot at ${host} failed (${status}${error.category ? ` ${error.category}` : ''}). It is asked again; if this goes on, see ${WORDS.statusPage}.`, retryAfterMs(failure.headers, now) ?? 30 * SECOND, extra);
  if (status === 404) return notFound('hubspot.not_found', `HubSpot at ${host} does not have what was asked for (404${error.message ? `: ${error.message}` : ''}). Check the address of the connection, which is https://api.hubapi.com, and the API version.`, extra);
  if (status >= 400) return invalid('hubspot.request_refused', `HubSpot at ${host} refused the request (${status} ${error.category}: ${error.message}).`, extra);
  return notUnderstood(failure, WORDS, failure);
}
