import type { FailedExchange } from './explain-exchange.ts';
import type { HttpAnswer, NoAnswerError } from './http-exchange.ts';

export interface FailedCallParts {
  operation: string;
  host: string;
  answer?: Pick<HttpAnswer, 'status' | 'headers' | 'body'>;
  noAnswer?: NoAnswerError;
}

/** A body as JSON; undefined for a web page, or for nothing, which are judged by their status and content type. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A call that did not do what was asked. Each provider's adds how that provider words its errors. */
export abstract class FailedCall extends Error implements FailedExchange {
  readonly operation: string;
  readonly host: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bodyText: string;
  readonly noAnswer: NoAnswerError | undefined;

  /** @param said the provider's own name for the error, empty when it has none */
  constructor({ operation, host, answer, noAnswer }: FailedCallParts, said: string) {
    super(`${operation}: ${noAnswer?.message ?? `HTTP ${answer?.status ?? 0} ${said}`}`, { cause: noAnswer });
    this.name = 'CallFailure';
    this.operation = operation;
    this.host = host;
    this.status = answer?.status ?? 0;
    this.headers = answer?.headers ?? {};
    this.bodyText = answer?.body ?? '';
    this.noAnswer = noAnswer;
  }

  /** Whether it may have been done all the same: then a write must be settled by asking, never repeated blindly. */
  get maybeDone(): boolean {
    if (this.noAnswer) return this.noAnswer.maybeSent;
    return this.status >= 500 || (this.status >= 200 && this.status < 300);
  }
}
