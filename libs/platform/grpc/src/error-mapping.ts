import { type Metadata, ServerError, Status } from 'nice-grpc-common';
import { types } from '@signalbox/contracts';
import { SignalboxError, asSignalboxError, type ErrorKind } from '@signalbox/kernel';

/** Trailer that carries the ErrorDetail of a failed call. */
export const ERROR_TRAILER = 'signalbox-error-bin';

const STATUS_OF: Record<ErrorKind, Status> = {
  Invalid: Status.INVALID_ARGUMENT,
  NotFound: Status.NOT_FOUND,
  Conflict: Status.FAILED_PRECONDITION,
  Forbidden: Status.PERMISSION_DENIED,
  Retryable: Status.UNAVAILABLE,
  Fatal: Status.INTERNAL,
  AuthExpired: Status.UNAUTHENTICATED,
};

/** Puts the error into the trailer and returns what gRPC is to throw. */
export function toServerError(thrown: unknown, trailer: Metadata): { error: SignalboxError; serverError: ServerError } {
  const error = asSignalboxError(thrown);
  const detail = types.ErrorDetail.fromPartial({
    kind: error.kind, code: error.code, message: error.publicMessage, field: error.field, problems: error.problems, afterMs: error.afterMs,
  });
  trailer.set(ERROR_TRAILER, types.ErrorDetail.encode(detail).finish());
  return { error, serverError: new ServerError(STATUS_OF[error.kind], error.publicMessage) };
}

const KIND_OF_STATUS: Partial<Record<Status, ErrorKind>> = {
  [Status.INVALID_ARGUMENT]: 'Invalid',
  [Status.NOT_FOUND]: 'NotFound',
  [Status.FAILED_PRECONDITION]: 'Conflict',
  [Status.ALREADY_EXISTS]: 'Conflict',
  [Status.PERMISSION_DENIED]: 'Forbidden',
  [Status.UNAVAILABLE]: 'Retryable',
  [Status.DEADLINE_EXCEEDED]: 'Retryable',
  [Status.RESOURCE_EXHAUSTED]: 'Retryable',
  [Status.UNAUTHENTICATED]: 'AuthExpired',
};

/** The caller's side: the error as the service threw it, or the nearest kind when the answer came from gRPC itself. */
export function fromClientError(path: string, status: Status, details: string, trailer: Uint8Array | undefined): SignalboxError {
  if (trailer) {
    const d = types.ErrorDetail.decode(trailer);
    return new SignalboxError(d.kind as ErrorKind, {
      code: d.code, publicMessage: d.message, field: d.field || undefined, problems: d.problems, afterMs: d.afterMs || undefined,
    });
  }
  const kind = KIND_OF_STATUS[status] ?? 'Fatal';
  const code = `grpc.${Status[status]?.toLowerCase() ?? 'unknown'}`;
  const publicMessage = kind === 'Retryable' ? 'A part of Signalbox did not answer in time. Try again in a moment.' : 'A part of Signalbox refused the call.';
  return new SignalboxError(kind, { code, publicMessage, detail: `${path}: ${details}`, afterMs: kind === 'Retryable' ? 500 : undefined });
}
