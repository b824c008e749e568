import { entraError } from '../auth/entra.ts';
import type { Environment } from '../environment.ts';
import { jsonAnswer, textAnswer, type Answer } from '../../serving/io.ts';
import { REFUSALS, type DynamicsFault } from './fault-types.ts';

const PROTECTION = {
  requests: ['0x80072322', 'Number of requests exceeded the limit of 6000 over time window of 300 seconds.'],
  time: ['0x80072321', 'Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.'],
  concurrency: ['0x80072326', 'Number of concurrent requests exceeded the limit of 52.'],
} as const;

const error = (status: number, code: string, message: string, headers: Record<string, string> = {}): Answer => jsonAnswer(status, { error: { code, message } }, headers);
const retryAfter = (seconds: number | undefined): Record<string, string> => (seconds === undefined ? {} : { 'Retry-After': String(seconds) });

/** The service protection's refusal. */
export const tooManyRequests = (retryAfterSeconds: number, limit: keyof typeof PROTECTION = 'requests'): Answer => error(429, PROTECTION[limit][0], PROTECTION[limit][1], retryAfter(retryAfterSeconds));

/** Dataverse answers a dead token without a body, and says who gives new ones. */
export const unauthorized = (env: Environment): Answer => ({
  ...textAnswer(401, 'text/plain', ''),
  headers: { 'WWW-Authenticate': `Bearer authorization_uri=${env.url}/${env.credentials.tenantId}/oauth2/authorize, resource_id=${env.url}/`, 'REQ_ID': '00000000-0000-0000-0000-000000000000' },
});

/** The answer of a fault that refuses this operation; undefined when none strikes. */
export function refusal(env: Environment, operation: string, token: string): { kind: string; answer: Answer } | undefined {
  const fault = env.faults.strike(REFUSALS, operation);
  return fault && { kind: fault.kind, answer: answerOf(env, fault, token) };
}

function answerOf(env: Environment, fault: DynamicsFault & { kind: (typeof REFUSALS)[number] }, token: string): Answer {
  switch (fault.kind) {
    case 'rate-limited':
      return tooManyRequests(fault.retryAfterSeconds ?? 30, fault.limit);
    case 'limit-exceeded':
      return error(429, '0x80072321', 'The organization has used the requests that its licences allow for 24 hours.', retryAfter(fault.retryAfterSeconds ?? 3600));
    case 'unavailable':
      return error(fault.status ?? 503, '0x80044150', 'The service is temporarily unavailable. Try again later.', retryAfter(fault.retryAfterSeconds));
    case 'server-error':
      return error(500, '0x80040216', 'An unexpected error occurred.');
    case 'html':
      return textAnswer(fault.status ?? 200, 'text/html; charset=utf-8', `<!DOCTYPE html><html><head><title>${fault.title ?? 'Dynamics 365 - Down for maintenance'}</title></head><body><h1>We are down for maintenance.</h1></body></html>`);
    case 'session-expired':
      env.tokens.end(token);
      return unauthorized(env);
    case 'forbidden':
      return error(403, fault.code ?? '0x80040220', fault.message ?? `Principal user (Id=${env.store.userId}, type=8, roleCount=1, privilegeCount=12, accessMode='4 Non-interactive') is missing prvCreateAccount privilege on OTC=1 for entity 'account'.`);
    case 'not-a-member':
      return error(403, '0x80072560', 'The user is not a member of the organization.');
    case 'sign-in-refused':
      return entraError(env, { status: 400, error: fault.error ?? 'invalid_request', code: fault.code ?? 50034, text: fault.description ?? 'The sign-in was refused.' });
  }
}
