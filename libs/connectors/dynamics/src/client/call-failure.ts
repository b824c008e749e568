import type { HttpAnswer, NoAnswerError } from '@signalbox/connectors-sdk';

/** An error as Dataverse words it. */
export interface DataverseError {
  /** Such as "0x80040217", in small letters. */
  code: string;
  message: string;
}

export interface FailureParts {
  operation: string;
  host: string;
  answer?: Pick<HttpAnswer, 'status' | 'headers' | 'body'>;
  noAnswer?: NoAnswerError;
}

function readError(body: string): DataverseError | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.message === 'string' ? { code: String(error.code ?? '').toLowerCase(), message: error.message } : undefined;
  } catch {
    return undefined; // a web page, or nothing: judged by its status and content type
  }
}

/** SQL Server's number for the victim of a deadlock: what it was doing is taken back. Only the number tells it from other errors of SQL. */
const isDeadlock = (error: DataverseError | undefined) => /Sql Number: 1205\b/.test(error?.message ?? '');

/** A call, or one part of a batch, that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends Error {
  readonly operation: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly error: DataverseError | undefined;
  readonly bodyText: string;
  readonly noAnswer: NoAnswerError | undefined;

  constructor(parts: FailureParts) {
    const error = parts.answer ? readError(parts.answer.body) : undefined;
    super(`${parts.operation}: ${parts.noAnswer?.message ?? `HTTP ${parts.answer?.status ?? 0} ${error?.code ?? ''}`}`, { cause: parts.noAnswer });
    this.name = 'CallFailure';
    this.operation = parts.operation;
    this.host = parts.host;
    this.status = parts.answer?.status ?? 0;
    this.headers = parts.answer?.headers ?? {};
    this.error = error;
    this.bodyText = parts.answer?.body ?? '';
    this.noAnswer = parts.noAnswer;
  }

  get code(): string {
    return this.error?.code ?? '';
  }

  get deadlock(): boolean {
    return isDeadlock(this.error);
  }

  /** Whether it may have been done all the same: then a write must be settled by asking, never repeated blindly. */
  get maybeDone(): boolean {
    if (this.noAnswer) return this.noAnswer.maybeSent;
    if (this.deadlock) return false;
    return this.status >= 500 || (this.status >= 200 && this.status < 300);
  }
}
