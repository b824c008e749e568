import type { HttpAnswer, NoAnswerError } from '@signalbox/connectors-sdk';

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

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a web page, or nothing: judged by its status and content type
  }
}

export interface FailureParts {
  operation: string;
  host: string;
  answer?: Pick<HttpAnswer, 'status' | 'headers' | 'body'>;
  noAnswer?: NoAnswerError;
}

/** A call that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends Error {
  readonly operation: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly error: HubspotError;
  readonly bodyText: string;
  readonly noAnswer: NoAnswerError | undefined;

  constructor(parts: FailureParts) {
    const error = parseError(parseBody(parts.answer?.body ?? ''));
    super(`${parts.operation}: ${parts.noAnswer?.message ?? `HTTP ${parts.answer?.status ?? 0} ${error.category}`}`, { cause: parts.noAnswer });
    this.name = 'CallFailure';
    this.operation = parts.operation;
    this.host = parts.host;
    this.status = parts.answer?.status ?? 0;
    this.headers = parts.answer?.headers ?? {};
    this.error = error;
    this.bodyText = parts.answer?.body ?? '';
    this.noAnswer = parts.noAnswer;
  }

  /** Whether it may have been done all the same: then a write must be settled by asking, never repeated blindly. */
  get maybeDone(): boolean {
    if (this.noAnswer) return this.noAnswer.maybeSent;
    return this.status >= 500 || (this.status >= 200 && this.status < 300);
  }
}
