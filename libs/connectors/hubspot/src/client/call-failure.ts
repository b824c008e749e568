import { FailedCall, parseBody, type FailedCallParts } from '@signalbox/connectors-sdk';

/** One thing that HubSpot has against a property or an input. */
export interface Complaint {
  /** Such as INVALID_OPTION; the category where there is nothing nearer. */
  code: string;
  message: string;
  /** Names of properties. */
  fields: string[];
}

/** An error as HubSpot words it; every member of it is optional in the documentation. */
export interface HubspotError {
  category: string;
  message: string;
  subCategory: string;
  /** Which limit was reached, in a 429. */
  policyName: string;
  context: Record<string, string[]>;
  complaints: Complaint[];
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []);

function contextOf(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, given]) => [name, texts(given)]));
}

/** Older answers tell which property it is in the text of the message only: a JSON list behind the words. */
function complaintsInMessage(message: string): Complaint[] {
  const start = message.indexOf('[{');
  if (start < 0) return [];
  try {
    const listed = JSON.parse(message.slice(start, message.lastIndexOf(']') + 1)) as { name?: unknown; error?: unknown; message?: unknown }[];
    return listed.map((c) => ({ code: String(c.error ?? ''), message: String(c.message ?? ''), fields: c.name === undefined ? [] : [String(c.name)] }));
  } catch {
    return []; // the words were no JSON after all: the message itself is all there is
  }
}

/** Reads an error from a body, or from one entry of a multi-status answer. */
export function parseError(body: unknown): HubspotError {
  const raw = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const message = String(raw['message'] ?? raw['error_description'] ?? '');
  const errors = Array.isArray(raw['errors']) ? (raw['errors'] as Record<string, unknown>[]) : [];
  const complaints = errors.map((e) => ({ code: String(e['code'] ?? e['subCategory'] ?? ''), message: String(e['message'] ?? ''), fields: contextOf(e['context'])['propertyName'] ?? [] }));
  return {
    category: String(raw['category'] ?? raw['status'] ?? ''), message, subCategory: String(raw['subCategory'] ?? ''), policyName: String(raw['policyName'] ?? ''),
    context: contextOf(raw['context']), complaints: complaints.some((c) => c.fields.length > 0) ? complaints : [...complaints, ...complaintsInMessage(message)],
  };
}

/** A call that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends FailedCall {
  readonly error: HubspotError;

  constructor(parts: FailedCallParts) {
    const error = parseError(parseBody(parts.answer?.body ?? ''));
    super(parts, error.category);
    this.error = error;
  }
}
