import { authExpired, forbidden, invalid, notFound, retryable, type SignalboxError } from '@signalbox/kernel';
import { explainExchange, notUnderstood, retryAfterMs, type ProviderWords } from '@signalbox/connectors-sdk';
import type { CallFailure } from './call-failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const STATUS_PAGE = 'https://admin.cloud.microsoft > Health > Service health';
/** The service protection looks at five minutes; who is told to wait longer has used up an allowance of another kind. */
const PROTECTION_WINDOW_MS = 5 * MINUTE;

export const WORDS: ProviderWords = {
  code: 'dynamics', label: 'Dynamics 365', statusPage: STATUS_PAGE, address: "the environment's own", addressExample: "the environment's own, as in https://your-org.crm4.dynamics.com",
  whereAddress: 'it stands in the Power Platform admin center under Environments > your environment > Environment URL.',
};

function explainTooMany(failure: CallFailure, now: number): SignalboxError {
  const wait = retryAfterMs(failure.headers, now, 24 * 60 * MINUTE) ?? MINUTE;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (wait > PROTECTION_WINDOW_MS) {
    return retryable('dynamics.daily_limit', `Dynamics 365 at ${failure.host} takes no more requests for today, or for the next ${Math.ceil(wait / MINUTE)} minutes. Work goes on by itself after that; see Power Platform admin center > Licensing > Capacity add-ons for what the licences allow.`, wait, extra);
  }
  const why = failure.code === '0x80072326' ? 'too many requests at once' : failure.code === '0x80072321' ? 'too much computing time in five minutes' : 'too many requests in five minutes';
  return retryable('dynamics.too_many_requests', `Dynamics 365 at ${failure.host} asks to be called less often (429: ${why}). Work goes on by itself after a pause.`, wait, extra);
}

function explainForbidden(failure: CallFailure): SignalboxError {
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (failure.code === '0x80072560') {
    return forbidden('dynamics.not_a_member', `The application is not a user of the environment at ${failure.host}. Add it in the Power Platform admin center: Environments > your environment > Settings > Users + permissions > Application users > New app user, with a security role.`, extra);
  }
  return forbidden('dynamics.permission_missing', `Dynamics 365 at ${failure.host} forbids this (403${failure.error ? `: ${failure.error.message}` : ''}). Give the application user a security role that may read, create and write the rows of the whole organization, under Environments > your environment > Settings > Users + permissions > Application users.`, extra);
}

function explainRefusal(failure: CallFailure): SignalboxError {
  const said = failure.error ? `${failure.error.code}: ${failure.error.message.slice(0, 500)}` : `HTTP ${failure.status}`;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  if (/change tracking/i.test(failure.error?.message ?? '')) {
    return invalid('dynamics.change_tracking_off', `Dynamics 365 at ${failure.host} does not track the changes of this table (${said}). Switch it on in Power Apps: Tables > the table > Properties > Advanced options > Track changes.`, extra);
  }
  if (failure.status === 404) return notFound('dynamics.not_found', `Dynamics 365 at ${failure.host} does not have what was asked for (${said}). Check the name of the table, and that the application user may see it.`, extra);
  return invalid('dynamics.request_refused', `Dynamics 365 at ${failure.host} refused the request (${said}).`, extra);
}

/** What a failed call means for whoever asked: the place, what is wrong there, and the remedy. */
export function explain(failure: CallFailure, now: number): SignalboxError {
  const { status, host } = failure;
  const extra = { cause: failure, detail: failure.bodyText.slice(0, 2000) };
  const exchange = explainExchange(failure, WORDS, failure);
  if (exchange) return exchange;
  if (status === 429) return explainTooMany(failure, now);
  if (status === 401) return authExpired('dynamics.session_refused', `Dynamics 365 at ${host} refuses the token that Entra ID has just given (401). Check that the address of the connection belongs to the tenant, and that no Conditional Access policy shuts the application out.`, extra);
  if (status === 403) return explainForbidden(failure);
  if (failure.deadlock) return retryable('dynamics.locked', `Dynamics 365 at ${host} was busy with the same rows. It is asked again.`, 5 * SECOND, extra);
  if (status === 503) return retryable('dynamics.unavailable', `Dynamics 365 at ${host} is not available just now (503). It is asked again; see ${STATUS_PAGE}.`, retryAfterMs(failure.headers, now) ?? 30 * SECOND, extra);
  if (status >= 500) return retryable('dynamics.server_error', `Dynamics 365 at ${host} failed (${status}${failure.code ? ` ${failure.code}` : ''}). It is asked again; if this goes on, see ${STATUS_PAGE}.`, 30 * SECOND, extra);
  if (status >= 400) return explainRefusal(failure);
  return notUnderstood(failure, WORDS, failure);
}
