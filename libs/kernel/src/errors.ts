/**
 * Errors are named by what the caller must do about them. They know no transport: gRPC and HTTP statuses are
 * chosen at the edge. `publicMessage` may be shown to a person; `detail` never leaves the process's log.
 */
export type ErrorKind =
  | 'Invalid' // correct the input, then call again
  | 'NotFound' // it is not there (or not yours to see)
  | 'Conflict' // look at the present state, then decide
  | 'Forbidden' // ask for the permission or entitlement
  | 'Retryable' // call again after `afterMs`
  | 'Fatal' // a person must look
  | 'AuthExpired'; // sign in again, then call again

export interface FieldProblem {
  field: string;
  message: string;
}

export interface ErrorParts {
  code: string;
  publicMessage: string;
  field?: string;
  problems?: FieldProblem[];
  detail?: unknown;
  afterMs?: number;
  cause?: unknown;
}

export class SignalboxError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly publicMessage: string;
  readonly field?: string;
  readonly problems: FieldProblem[];
  readonly detail?: unknown;
  readonly afterMs?: number;

  constructor(kind: ErrorKind, parts: ErrorParts) {
    super(`${parts.code}: ${parts.publicMessage}`, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = `${kind}Error`;
    this.kind = kind;
    this.code = parts.code;
    this.publicMessage = parts.publicMessage;
    this.field = parts.field;
    this.problems = parts.problems ?? [];
    this.detail = parts.detail;
    this.afterMs = parts.afterMs;
  }
}

type Extra = Omit<ErrorParts, 'code' | 'publicMessage'>;
const make = (kind: ErrorKind) => (code: string, publicMessage: string, extra: Extra = {}) =>
  new SignalboxError(kind, { code, publicMessage, ...extra });

export const invalid = make('Invalid');
export const notFound = make('NotFound');
export const conflict = make('Conflict');
export const forbidden = make('Forbidden');
export const fatal = make('Fatal');
export const authExpired = make('AuthExpired');
export const retryable = (code: string, publicMessage: string, afterMs: number, extra: Extra = {}) =>
  new SignalboxError('Retryable', { code, publicMessage, ...extra, afterMs });

export const isSignalboxError = (e: unknown): e is SignalboxError => e instanceof SignalboxError;

/** Any thrown value as a SignalboxError: an unknown one is Fatal, and its text stays in `detail`. */
export function asSignalboxError(e: unknown): SignalboxError {
  if (isSignalboxError(e)) return e;
  const detail = e instanceof Error ? (e.stack ?? e.message) : String(e);
  return fatal('internal', 'Something went wrong on our side. The log of the service has the details.', { detail, cause: e });
}
