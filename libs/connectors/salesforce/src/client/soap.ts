import type { HttpAnswer } from '@signalbox/connectors-sdk';

/** Text as XML holds it. Characters that XML 1.0 cannot hold at all are left out. */
export const escapeXml = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * A call of the partner API. jsforce's own envelope is left aside: it has no place for headers such as DuplicateRuleHeader.
 * That header is left out here on purpose: without it no duplicate rule is ever passed over.
 */
export const envelope = (sessionId: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><soapenv:Header><SessionHeader><sessionId>${escapeXml(sessionId)}</sessionId></SessionHeader></soapenv:Header><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

export interface SoapFault {
  errorCode: string;
  message: string;
  /** What REST would have answered with: SOAP's own status is 500 for everything. */
  status: number;
}

/** Faults that Salesforce gives before it does anything, and what they would be in REST. All others but those of a call that is not well formed may have been done. */
const STATUSES: Record<string, number> = {
  INVALID_SESSION_ID: 401, REQUEST_LIMIT_EXCEEDED: 403, API_DISABLED_FOR_ORG: 403, API_CURRENTLY_DISABLED: 403, SERVER_UNAVAILABLE: 503,
  UNKNOWN_EXCEPTION: 500, UNKNOWN_SERVER_ERROR: 500, QUERY_TIMEOUT: 500, SERVER_ERROR: 500,
};

function statusOf(code: string, prefix: string): number {
  if (code.startsWith('INSUFFICIENT_ACCESS')) return 403;
  // soapenv:Server is what stands before the org; sf faults with another name are about what was asked.
  return STATUSES[code] ?? (prefix === 'sf' || code === 'Client' ? 400 : 500);
}

const element = (xml: string, name: string): string | undefined => new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];

/** The fault in an answer; undefined when there is none. */
export function soapFault(answer: Pick<HttpAnswer, 'status' | 'body'>): SoapFault | undefined {
  const code = element(answer.body, 'faultcode')?.trim();
  if (!code) return undefined;
  const [prefix, name] = code.includes(':') ? (code.split(':') as [string, string]) : ['', code];
  const message = (element(answer.body, 'faultstring') ?? '').replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n))).replace(new RegExp(`^${name}:\\s*`), '');
  return { errorCode: name, message, status: answer.status === 500 ? statusOf(name, prefix) : answer.status };
}

/** Calls used and allowed, which SOAP tells inside its answer. */
export function soapLimit(xml: string): { used: number; limit: number } | undefined {
  const found = /<limitInfo>\s*<current>(\d+)<\/current>\s*<limit>(\d+)<\/limit>\s*<type>API REQUESTS<\/type>/.exec(xml);
  return found ? { used: Number(found[1]), limit: Number(found[2]) } : undefined;
}

type Parsed = Record<string, unknown>;
const isParsed = (value: unknown): value is Parsed => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member of a parsed element, whatever its prefix. */
export function member(of: unknown, name: string): unknown {
  if (!isParsed(of)) return undefined;
  const key = Object.keys(of).find((k) => k === name || k.endsWith(`:${name}`));
  return key === undefined ? undefined : of[key];
}

export const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The text of an element; empty when it is nil or not there. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const inner = isParsed(value) ? value['_'] : undefined;
  return typeof inner === 'string' ? inner : '';
}
