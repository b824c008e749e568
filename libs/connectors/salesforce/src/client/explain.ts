import { authExpired, fatal, forbidden, invalid, notFound, retryable, type SignalboxError } from '@signalbox/kernel';
import type { CallFailure } from './call-failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** `Retry-After` in milliseconds, given in seconds or as a date; undefined when there is none. */
export function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
  const text = headers['retry-after'];
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60 * MINUTE) : undefined;
}

function explainNoAnswer(failure: CallFailure): SignalboxError {
  const { host } = failure;
  const extra = { cause: failure, detail: failure.message, field: 'base_url' };
  switch (failure.noAnswer?.reason) {
    case 'resolve':
      return retryable('salesforce.host_unknown', `There is no host '${host}'. Check the address of the connection for a slip; in Salesforce it stands under Setup > My Domain.`, MINUTE, extra);
    case 'connect':
      return retryable('salesforce.unreachable', `Nothing answers at ${host}. Check the address and port of the connection, and that the network lets Signalbox out to it.`, 30 * SECOND, extra);
    case 'tls':
      return invalid('salesforce.tls_refused', `The certificate of ${host} is not trusted, or ${host} does not speak TLS there. Check the address of the connection; for a certificate authority of your own, give its certificate in the setting 'Certificate authority'.`, { ...extra, field: 'settings.ca_certificate' });
    case 'forbidden-address':
      return invalid('salesforce.address_forbidden', `'${host}' leads to a link-local or metadata address, which is never a CRM. Correct the address of the connection.`, extra);
    case 'too-large':
      return fatal('salesforce.answer_too_large', `${host} sent an answer larger than Signalbox takes in. Check that the address of the connection is Salesforce itself.`, extra);
    default:
      return retryable('salesforce.no_answer', `${host} took the request and then gave no answer. It is asked again; if this goes on, see https://status.salesforce.com and the network in between.`, 10 * SECOND, extra);
  }
}

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

const isHtml = (failure: CallFailure) => /text\/html/i.test(failure.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(failure.bodyText);

function explainHtml(failure: CallFailure): SignalboxError {
  const title = /<title>([^<]{1,80})/i.exec(failure.bodyText)?.[1]?.trim();
  const what = `${failure.host} answered with a web page${title ? ` ("${title}")` : ''} (HTTP ${failure.status}) where data was expected.`;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 500), field: 'base_url' };
  if (failure.status >= 500) return retryable('salesforce.web_page', `${what} Salesforce may be in maintenance: see https://status.salesforce.com. It is asked again.`, MINUTE, extra);
  return invalid('salesforce.web_page', `${what} The address of the connection must be the org's My Domain, as in https://your-domain.my.salesforce.com, not a page of it, and no proxy may answer in its place.`, extra);
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
  if (failure.noAnswer) return explainNoAnswer(failure);
  if (status >= 300 && status < 400) {
    const target = URL.parse(failure.headers['location'] ?? '')?.host;
    return invalid('salesforce.redirected', `${host} sends requests on to ${target ?? 'another place'}, which is not followed, so that credentials go nowhere else. Set the address of the connection to the org's present My Domain.`, { ...extra, field: 'base_url' });
  }
  if (status === 429) return retryable('salesforce.too_many_requests', `Salesforce at ${host} asks to be called less often (429). Work goes on by itself after a pause.`, retryAfterMs(failure.headers, now) ?? MINUTE, extra);
  if (isHtml(failure)) return explainHtml(failure);
  if (status === 401) return authExpired('salesforce.session_refused', `Salesforce at ${host} refuses the session it has just given (401${failure.entries[0] ? `: ${failure.entries[0].message}` : ''}). Check in Setup that the app's policies (IP restrictions, session security, API access control) admit the integration user.`, extra);
  if (status === 403) return explainForbidden(failure);
  if (status === 503) return retryable('salesforce.unavailable', `Salesforce at ${host} is not available just now (503). It is asked again; see https://status.salesforce.com.`, retryAfterMs(failure.headers, now) ?? 30 * SECOND, extra);
  if (status >= 500) return retryable('salesforce.server_error', `Salesforce at ${host} failed (${status}${failure.errorCode ? ` ${failure.errorCode}` : ''}). It is asked again; if this goes on, see https://status.salesforce.com.`, 30 * SECOND, extra);
  if (status >= 400) return explainRefusal(failure);
  return fatal('salesforce.answer_not_understood', `${host} answered, but not as Salesforce does. Check that the address of the connection is the org's My Domain and that no proxy changes its answers.`, { ...extra, field: 'base_url' });
}
