import { Inject, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Observable, catchError, mergeMap, of } from 'rxjs';
import { AnswerOnce, type OnceRequest } from '../../application/answer-once.ts';
import { sha256 } from '../crypto/secrets.ts';
import { CALLER, ONCE, type Caller } from './routing.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
export const hashOfBody = (body: unknown): string => hex(sha256(JSON.stringify(body ?? null)));

/** What a request with an Idempotency-Key asks for; undefined without the header. */
export function onceRequest(request: Request, repeatable: boolean, bodyHash: string | undefined): OnceRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return undefined;
  const { principal } = (request as unknown as Record<symbol, Caller>)[CALLER]!;
  return { workspaceId: principal.workspaceId, subject: principal.subject, key, keyHash: sha256(key), route: `${request.method} ${request.path}`, bodyHash, repeatable };
}

/** Routes with @Once: the same request with the same key is done once, and answered the same. */
export class OnceInterceptor implements NestInterceptor {
  constructor(@Inject(AnswerOnce) private readonly answers: AnswerOnce) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const rule = Reflect.getMetadata(ONCE, context.getHandler()) as { repeatable: boolean; streamed?: boolean } | undefined;
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    // An upload's route does the same for itself, since its body is only known once it has passed.
    const once = rule && !rule.streamed ? onceRequest(request, rule.repeatable, hashOfBody(request.body)) : undefined;
    if (!once) return next.handle();
    const beginning = await this.answers.begin(once);
    if (beginning.kind === 'replay') {
      response.status(beginning.answer.status).setHeader('idempotency-replayed', 'true');
      return of(beginning.answer.body);
    }
    const { turn } = beginning;
    // An answer that cannot be kept does not set the key free: the work has been done by then.
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        await turn.fail(error);
        throw error;
      }),
      mergeMap(async (body: unknown) => {
        await turn.finish({ status: response.statusCode, body });
        return body;
      }),
    );
  }
}
