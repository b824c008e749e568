import type { HttpAnswer, NoAnswerError } from '@signalbox/connectors-sdk';

/** One error as Salesforce words it. */
export interface ErrorEntry {
  errorCode: string;
  message: string;
  fields: string[];
  /** Members that only some errors have, such as the details of a duplicate rule. */
  raw: Record<string, unknown>;
}

export interface FailureParts {
  operation: string;
  host: string;
  answer?: Pick<HttpAnswer, 'status' | 'headers' | 'body'>;
  noAnswer?: NoAnswerError;
  /** Already parsed, when the failure is one part of a Composite answer. */
  entries?: ErrorEntry[];
}

/** The list of errors in a body; empty when the body is not Salesforce's. */
export function parseEntries(body: unknown): ErrorEntry[] {
  const list = Array.isArray(body) ? body : [body];
  return list.flatMap((item): ErrorEntry[] => {
    if (typeof item !== 'object' || item === null) return [];
    const raw = item as Record<string, unknown>;
    const errorCode = raw['errorCode'] ?? raw['statusCode'];
    if (typeof errorCode !== 'string') return [];
    return [{ errorCode, message: String(raw['message'] ?? ''), fields: Array.isArray(raw['fields']) ? raw['fields'].map(String) : [], raw }];
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a web page, or nothing: judged by its status and content type
  }
}

/** A call that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends Error {
  readonly operation: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly entries: ErrorEntry[];
  readonly bodyText: string;
  readonly noAnswer: NoAnswerError | undefined;

  constructor(parts: FailureParts) {
    const entries = parts.entries ?? (parts.answer ? parseEntries(parseBody(parts.answer.body)) : []);
    super(`${parts.operation}: ${parts.noAnswer?.message ?? `HTTP ${parts.answer?.status ?? 0} ${entries[0]?.errorCode ?? ''}`}`, { cause: parts.noAnswer });
    this.name = 'CallFailure';
    this.operation = parts.operation;
    this.host = parts.host;
    this.status = parts.answer?.status ?? 0;
    this.headers = parts.answer?.headers ?? {};
    this.entries = entries;
    this.bodyText = parts.answer?.body ?? '';
    this.noAnswer = parts.noAnswer;
  }

  get errorCode(): string {
    return this.entries[0]?.errorCode ?? '';
  }

  /** Whether it may have been done all the same: then a write must be settled by asking, never repeated blindly. */
  get maybeDone(): boolean {
    if (this.noAnswer) return this.noAnswer.maybeSent;
    if (this.status === 503) return this.errorCode !== 'SERVER_UNAVAILABLE';
    return this.status >= 500 || (this.status >= 200 && this.status < 300);
  }
}
