import { FailedCall, parseBody, type FailedCallParts } from '@signalbox/connectors-sdk';

/** An error as Dataverse words it. */
export interface DataverseError {
  /** Such as "0x80040217", in small letters. */
  code: string;
  message: string;
}

function readError(text: string): DataverseError | undefined {
  const body = parseBody(text) as { error?: { code?: unknown; message?: unknown } } | null | undefined;
  const error = body?.error;
  return typeof error?.message === 'string' ? { code: String(error.code ?? '').toLowerCase(), message: error.message } : undefined;
}

/** SQL Server's number for the victim of a deadlock: what it was doing is taken back. Only the number tells it from other errors of SQL. */
const isDeadlock = (error: DataverseError | undefined) => /Sql Number: 1205\b/.test(error?.message ?? '');

/** A call, or one part of a batch, that did not do what was asked, with all that is needed to decide what to do about it. */
export class CallFailure extends FailedCall {
  readonly error: DataverseError | undefined;

  constructor(parts: FailedCallParts) {
    const error = parts.answer ? readError(parts.answer.body) : undefined;
    super(parts, error?.code ?? '');
    this.error = error;
  }

  get code(): string {
    return this.error?.code ?? '';
  }

  get deadlock(): boolean {
    return isDeadlock(this.error);
  }

  /** The victim of a deadlock did nothing, whatever its status. */
  override get maybeDone(): boolean {
    return !this.deadlock && super.maybeDone;
  }
}
