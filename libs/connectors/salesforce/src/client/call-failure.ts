import { FailedCall, parseBody, type FailedCallParts } from '@signalbox/connectors-sdk';

/** One error as Salesforce words it. */
export interface ErrorEntry {
  errorCode: string;
  message: string;
  fields: string[];
  /** Members that only some errors have, such as the details of a duplicate rule. */
  raw: Record<string, unknown>;
}

interface FailureParts extends FailedCallParts {
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

/** A call that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends FailedCall {
  readonly entries: ErrorEntry[];

  constructor(parts: FailureParts) {
    const entries = parts.entries ?? (parts.answer ? parseEntries(parseBody(parts.answer.body)) : []);
    super(parts, entries[0]?.errorCode ?? '');
    this.entries = entries;
  }

  get errorCode(): string {
    return this.entries[0]?.errorCode ?? '';
  }

  /** Salesforce says by this code that it did nothing. */
  override get maybeDone(): boolean {
    return !(this.status === 503 && this.errorCode === 'SERVER_UNAVAILABLE') && super.maybeDone;
  }
}
