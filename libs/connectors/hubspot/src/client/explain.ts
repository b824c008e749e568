import { authExpired, fatal, forbidden, invalid, notFound, retryable, type SignalboxError } from '@signalbox/kernel';
import type { CallFailure } from './call-failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const STATUS_PAGE = 'https://status.hubspot.com';
const KEY_PAGE = 'Settings > Integrations > Service keys (or Private apps)';

/** `Retry-After`, which HubSpot does not promise, in milliseconds; undefined when there is none. */
function retryAfterMs(headers: Record<string, string>): number | undefined {
  const seconds = Number(headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds * SECOND, 0), 60 * MINUTE) : undefined;
}

function explainNoAnswer(failure: CallFailure): SignalboxError {
  const { host } = failure;
  const extra = { cause: failure, detail: failure.message, field: 'base_url' };
  switch (failure.noAnswer?.reason) {
    case 'resolve':
      return retryable('hubspot.host_unknown', `There is no host '${host}'. The address of a HubSpot connection is https://api.hubapi.com: check it for a slip, and that this machine can resolve names.`, MINUTE, extra);
    case 'connect':
      return retryable('hubspot.unreachable', `Nothing answers at ${host}. Check the address of the connection (https://api.hubapi.com), and that the network lets Signalbox out to it.`, 30 * SECOND, extra);
    case 'tls':
      return invalid('hubspot.tls_refused', `The certificate of ${host} is not trusted, or ${host} does not speak TLS there. Check the address of the connection; for a certificate authority of your own, give its certificate in the setting 'Certificate authority'.`, { ...extra, field: 'settings.ca_certificate' });
    case 'forbidden-address':
      return invalid('hubspot.address_forbidden', `'${host}' leads to a link-local or metadata address, which is never a CRM. Correct the address of the connection.`, extra);
    case 'too-large':
      return fatal('hubspot.answer_too_large', `${host} sent an answer larger than Signalbox takes in. Check that the address of the connection is HubSpot itself.`, extra);
    default:
      return retryable('hubspot.no_answer', `${host} took the request and then gave no answer. It is asked again; if this goes on, see ${STATUS_PAGE} and the network in between.`, 10 * SECOND, extra);
  }
}

function explainLimit(failure: CallFailure): SignalboxError {
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (failure.error.policyName === 'DAILY') {
    return retryable('hubspot.daily_limit', `HubSpot at ${failure.host} has no API calls left for today. Work goes on by itself when there are some again, at midnight in the account's time zone; see Settings > Integrations > Connected apps for who used them.`, 15 * MINUTE, extra);
  }
  const pause = failure.error.policyName === 'SECONDLY' ? SECOND : 10 * SECOND;
  return retryable('hubspot.too_many_requests', `HubSpot at ${failure.host} asks to be called less often (429 ${failure.error.policyName || 'without a reason'}). Work goes on by itself after a pause.`, retryAfterMs(failure.headers) ?? pause, extra);
}

function explainForbidden(failure: CallFailure): SignalboxError {
  const scopes = failure.error.complaints.length > 0 ? /"requiredGranularScopes":\[([^\]]*)\]/.exec(failure.bodyText)?.[1]?.replaceAll('"', '').replaceAll(',', ', ') : undefined;
  const remedy = scopes ? `It needs one of these scopes: ${scopes}. Add them under ${KEY_PAGE}, or to the OAuth app, and install it again.` : `Give the app the scopes it needs under ${KEY_PAGE}, or to the OAuth app.`;
  return forbidden('hubspot.permission_missing', `HubSpot at ${failure.host} forbids this (403 ${failure.error.category || 'without a reason'}). ${remedy}`, { cause: failure, detail: failure.bodyText.slice(0, 2000) });
}

const isHtml = (failure: CallFailure) => /text\/html/i.test(failure.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(failure.bodyText);

function explainHtml(failure: CallFailure): SignalboxError {
  const title = /<title>([^<]{1,80})/i.exec(failure.bodyText)?.[1]?.trim();
  const what = `${failure.host} answered with a web page${title ? ` ("${title}")` : ''} (HTTP ${failure.status}) where data was expected.`;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 500), field: 'base_url' };
  if (failure.status >= 500) return retryable('hubspot.web_page', `${what} HubSpot may be in maintenance: see ${STATUS_PAGE}. It is asked again.`, MINUTE, extra);
  return invalid('hubspot.web_page', `${what} The address of the connection must be https://api.hubapi.com, not a page of app.hubspot.com, and no proxy may answer in its place.`, extra);
}

/** Statuses that HubSpot documents as passing troubles, and how long to wait. */
const PASSING: Record<number, { ms: number; why: string }> = {
  423: { ms: 2 * SECOND, why: 'has locked what is being changed for a moment' },
  477: { ms: 5 * MINUTE, why: 'is moving the account to another data centre' },
};

/** What a failed call means for whoever asked: the place, what is wrong there, and the remedy. */
export function explain(failure: CallFailure): SignalboxError {
  const { status, host, error } = failure;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (failure.noAnswer) return explainNoAnswer(failure);
  if (status >= 300 && status < 400) {
    const target = URL.parse(failure.headers['location'] ?? '')?.host;
    return invalid('hubspot.redirected', `${host} sends requests on to ${target ?? 'another place'}, which is not followed, so that credentials go nowhere else. Set the address of the connection to https://api.hubapi.com.`, { ...extra, field: 'base_url' });
  }
  if (status === 429) return explainLimit(failure);
  if (isHtml(failure)) return explainHtml(failure);
  if (status === 401) return authExpired('hubspot.token_refused', `HubSpot at ${host} refuses the access token (401${error.message ? `: ${error.message}` : ''}). Copy the token again from ${KEY_PAGE}; of an OAuth app, let an administrator install it again.`, { ...extra, field: 'secrets.access_token' });
  if (status === 403) return explainForbidden(failure);
  const passing = PASSING[status];
  if (passing) return retryable('hubspot.busy', `HubSpot at ${host} ${passing.why} (${status}). It is asked again.`, retryAfterMs(failure.headers) ?? passing.ms, extra);
  if (status >= 500) return retryable('hubspot.server_error', `HubSpot at ${host} failed (${status}${error.category ? ` ${error.category}` : ''}). It is asked again; if this goes on, see ${STATUS_PAGE}.`, retryAfterMs(failure.headers) ?? 30 * SECOND, extra);
  if (status === 404) return notFound('hubspot.not_found', `HubSpot at ${host} does not have what was asked for (404${error.message ? `: ${error.message}` : ''}). Check the address of the connection, which is https://api.hubapi.com, and the API version.`, extra);
  if (status >= 400) return invalid('hubspot.request_refused', `HubSpot at ${host} refused the request (${status} ${error.category}: ${error.message}).`, extra);
  return fatal('hubspot.answer_not_understood', `${host} answered, but not as HubSpot does. Check that the address of the connection is https://api.hubapi.com and that no proxy changes its answers.`, { ...extra, field: 'base_url' });
}
