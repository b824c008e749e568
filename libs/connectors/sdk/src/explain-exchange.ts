import { fatal, invalid, retryable, type SignalboxError } from '@signalbox/kernel';
import type { NoAnswerError } from './http-exchange.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How a provider is spoken of in errors. */
export interface ProviderWords {
  /** First part of error codes, e.g. "salesforce". */
  code: string;
  /** e.g. "Salesforce". */
  label: string;
  /** Where a person sees whether the provider has trouble. */
  statusPage: string;
  /** What the address of a connection must be, e.g. "the org's My Domain". */
  address: string;
  /** The same with an example. */
  addressExample: string;
  /** Where a person finds it, as a sentence: "in Salesforce it stands under Setup > My Domain." */
  whereAddress: string;
}

/** A call that failed, as far as every provider's calls are alike. */
export interface FailedExchange {
  host: string;
  /** 0 when there was no answer. */
  status: number;
  headers: Readonly<Record<string, string>>;
  bodyText: string;
  noAnswer: NoAnswerError | undefined;
}

/** `Retry-After` in milliseconds, given in seconds or as a date; undefined when there is none. At most `mostMs`. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number, mostMs = 60 * MINUTE): number | undefined {
  const text = headers['retry-after'];
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), mostMs) : undefined;
}

function explainNoAnswer({ host, noAnswer }: FailedExchange, words: ProviderWords, cause: Error): SignalboxError {
  const extra = { cause, detail: cause.message, field: 'base_url' };
  switch (noAnswer?.reason) {
    case 'resolve':
      return retryable(`${words.code}.host_unknown`, `There is no host '${host}'. Check the address of the connection for a slip; ${words.whereAddress}`, MINUTE, extra);
    case 'connect':
      return retryable(`${words.code}.unreachable`, `Nothing answers at ${host}. Check the address and port of the connection, and that the network lets Signalbox out to it.`, 30 * SECOND, extra);
    case 'tls':
      return invalid(`${words.code}.tls_refused`, `The certificate of ${host} is not trusted, or ${host} does not speak TLS there. Check the address of the connection; for a certificate authority of your own, give its certificate in the setting 'Certificate authority'.`, { ...extra, field: 'settings.ca_certificate' });
    case 'forbidden-address':
      return invalid(`${words.code}.address_forbidden`, `'${host}' leads to a link-local or metadata address, which is never a CRM. Correct the address of the connection.`, extra);
    case 'too-large':
      return fatal(`${words.code}.answer_too_large`, `${host} sent an answer larger than Signalbox takes in. Check that the address of the connection is ${words.label} itself.`, extra);
    default:
      return retryable(`${words.code}.no_answer`, `${host} took the request and then gave no answer. It is asked again; if this goes on, see ${words.statusPage} and the network in between.`, 10 * SECOND, extra);
  }
}

const isHtml = (failure: FailedExchange) => /text\/html/i.test(failure.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(failure.bodyText);

function explainHtml(failure: FailedExchange, words: ProviderWords, cause: Error): SignalboxError {
  const title = /<title>([^<]{1,80})/i.exec(failure.bodyText)?.[1]?.trim();
  const what = `${failure.host} answered with a web page${title ? ` ("${title}")` : ''} (HTTP ${failure.status}) where data was expected.`;
  const extra = { cause, detail: failure.bodyText.slice(0, 500), field: 'base_url' };
  if (failure.status >= 500) return retryable(`${words.code}.web_page`, `${what} ${words.label} may be in maintenance: see ${words.statusPage}. It is asked again.`, MINUTE, extra);
  return invalid(`${words.code}.web_page`, `${what} The address of the connection must be ${words.addressExample}, not a page of it, and no proxy may answer in its place.`, extra);
}

/** What is alike at every provider: no answer, a redirect, a web page in place of data. Undefined for anything else. */
export function explainExchange(failure: FailedExchange, words: ProviderWords, cause: Error): SignalboxError | undefined {
  if (failure.noAnswer) return explainNoAnswer(failure, words, cause);
  if (failure.status >= 300 && failure.status < 400) {
    const target = URL.parse(failure.headers['location'] ?? '')?.host;
    return invalid(`${words.code}.redirected`, `${failure.host} sends requests on to ${target ?? 'another place'}, which is not followed, so that credentials go nowhere else. Set the address of the connection to ${words.address}.`, { cause, detail: failure.bodyText.slice(0, 2000), field: 'base_url' });
  }
  return failure.status !== 429 && isHtml(failure) ? explainHtml(failure, words, cause) : undefined;
}

/** Something answered, but not as the provider does. */
export const notUnderstood = (failure: FailedExchange, words: ProviderWords, cause: Error): SignalboxError =>
  fatal(`${words.code}.answer_not_understood`, `${failure.host} answered, but not as ${words.label} does. Check that the address of the connection is ${words.address} and that no proxy changes its answers.`, { cause, detail: failure.bodyText.slice(0, 2000), field: 'base_url' });
