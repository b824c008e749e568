import type { NextFunction, Request, Response } from 'express';
import { currentContext, newTraceparent, traceIdOf, withContext } from '@signalbox/platform-telemetry';

const TRACE = Symbol('trace');

/** Each request has a trace: the caller's, or a new one; its id is in every log line, call and problem, and in x-trace-id. */
export function requestContext(request: Request, response: Response, next: NextFunction): void {
  withContext({ traceparent: request.headers.traceparent as string | undefined ?? newTraceparent() }, () => {
    const traceId = traceIdOf(currentContext()!.traceparent);
    Object.assign(request, { [TRACE]: traceId });
    response.setHeader('x-trace-id', traceId);
    next();
  });
}

export const traceIdOfRequest = (request: Request): string | undefined => (request as unknown as Record<symbol, string>)[TRACE];
