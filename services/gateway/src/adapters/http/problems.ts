import { HttpException } from '@nestjs/common';
import { asSignalboxError, invalid, isSignalboxError, notFound, type ErrorKind, type SignalboxError } from '@signalbox/kernel';

/** RFC 9457, with our stable code and what the caller can do about it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  problems?: { field: string; message: string }[];
  traceId?: string;
  retryAfterMs?: number;
}

const STATUS_OF_KIND: Record<ErrorKind, number> = { Invalid: 400, AuthExpired: 401, Forbidden: 403, NotFound: 404, Conflict: 409, Fatal: 500, Retryable: 503 };
const TITLE_OF_KIND: Record<ErrorKind, string> = {
  Invalid: 'The request needs a correction', AuthExpired: 'Sign in first', Forbidden: 'Not allowed', NotFound: 'Not found', Conflict: 'It does not fit the present state',
  Fatal: 'Something went wrong', Retryable: 'Try again in a moment',
};
/** Codes whose HTTP status is more exact than their kind's. */
const STATUS_OF_CODE: Record<string, number> = {
  'gateway.session.throttled': 429, 'gateway.body.too_large': 413, 'gateway.body.media_type': 415, 'gateway.idempotency.key_reused': 422, 'gateway.method.not_allowed': 405,
};

/** What express and Nest throw by themselves, as ours. */
function fromFramework(error: unknown): SignalboxError | undefined {
  const { type, status, limit } = error as { type?: string; status?: number; limit?: number };
  if (type === 'entity.too.large') return invalid('gateway.body.too_large', `The body is larger than ${limit} bytes. Send less at once, or use POST /api/v1/companies/imports for files.`);
  if (type === 'request.aborted') return invalid('gateway.body.aborted', 'The connection ended before the whole body had arrived.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return invalid('gateway.body.media_type', 'The body is in an encoding that is not known here. Send JSON in UTF-8.');
  if (error instanceof HttpException) {
    if (error.getStatus() === 404) return notFound('gateway.route.not_found', `There is no such address here: ${error.message.replace(/^Cannot /, '')}. /api/docs lists them all.`);
    return error.getStatus() < 500 ? invalid('gateway.request.invalid', error.message) : undefined;
  }
  if (error instanceof URIError || (status !== undefined && status >= 400 && status < 500)) return invalid('gateway.request.invalid', 'The address or the body cannot be read. Check its encoding.');
  return undefined;
}

export const toSignalboxError = (thrown: unknown): SignalboxError => (isSignalboxError(thrown) ? thrown : (fromFramework(thrown) ?? asSignalboxError(thrown)));

export function problemOf(error: SignalboxError, traceId: string | undefined): Problem {
  return {
    type: `urn:signalbox:problem:${error.code}`,
    title: TITLE_OF_KIND[error.kind],
    status: STATUS_OF_CODE[error.code] ?? STATUS_OF_KIND[error.kind],
    detail: error.publicMessage,
    code: error.code,
    ...(error.field ? { field: error.field } : {}),
    ...(error.problems.length > 0 ? { problems: error.problems } : {}),
    ...(traceId ? { traceId } : {}),
    ...(error.afterMs === undefined ? {} : { retryAfterMs: error.afterMs }),
  };
}
