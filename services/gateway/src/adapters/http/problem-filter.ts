import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LOGGER } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { problemOf, toSignalboxError } from './problems.ts';
import { traceIdOfRequest } from './request-context.ts';

/** Every error leaves as application/problem+json; what went wrong on our side is logged with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = toSignalboxError(thrown);
    if (response.destroyed) {
      // The caller left in the middle: there is nobody to tell, and nothing went wrong.
      this.logger.debug({ method: request.method, path: request.path, code: error.code }, 'the caller left before the answer');
      return;
    }
    const problem = problemOf(error, traceIdOfRequest(request));
    if (problem.status >= 500) this.logger[error.kind === 'Fatal' ? 'error' : 'warn']({ method: request.method, path: request.path, code: error.code, detail: error.detail, err: error.cause ?? error }, error.publicMessage);
    if (response.headersSent) {
      // Half an answer is out: cutting it is the only way left to say that it is not whole.
      response.destroy();
      return;
    }
    if (error.afterMs !== undefined) response.setHeader('retry-after', String(Math.max(1, Math.ceil(error.afterMs / 1000))));
    else if (problem.status === 503) response.setHeader('retry-after', '1');
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer realm="signalbox"');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
