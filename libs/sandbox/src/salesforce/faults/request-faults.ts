import type { Org } from '../org.ts';
import { jsonAnswer, textAnswer, type Answer } from '../../serving/io.ts';
import type { FaultInput } from './fault-types.ts';

/** Faults that answer instead of the org. */
const REFUSALS = ['rate-limited', 'unavailable', 'server-error', 'html', 'session-expired', 'limit-exceeded', 'forbidden', 'api-disabled', 'sign-in-refused'] as const;

const error = (status: number, errorCode: string, message: string, headers: Record<string, string> = {}): Answer => jsonAnswer(status, [{ message, errorCode }], headers);
const retryAfter = (seconds: number | undefined): Record<string, string> => (seconds === undefined ? {} : { 'Retry-After': String(seconds) });

/** The answer of a fault that refuses this operation; undefined when none strikes. */
export function refusal(org: Org, operation: string, token: string): { kind: string; answer: Answer } | undefined {
  const fault = org.faults.strike(REFUSALS, operation);
  if (!fault) return undefined;
  return { kind: fault.kind, answer: answerOf(org, fault, token) };
}

function answerOf(org: Org, fault: FaultInput & { kind: (typeof REFUSALS)[number] }, token: string): Answer {
  switch (fault.kind) {
    case 'rate-limited':
      return error(429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests. Try again later.', retryAfter(fault.retryAfterSeconds));
    case 'unavailable':
      return error(fault.status ?? 503, 'SERVER_UNAVAILABLE', 'The server is temporarily unavailable. Try again later.', retryAfter(fault.retryAfterSeconds));
    case 'server-error':
      return error(500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (123456789)');
    case 'html':
      return textAnswer(fault.status ?? 200, 'text/html;charset=UTF-8', `<!DOCTYPE html><html><head><title>${fault.title ?? 'Salesforce - Down for maintenance'}</title></head><body><h1>We are down for maintenance.</h1></body></html>`);
    case 'session-expired':
      org.sessions.end(token);
      return error(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    case 'limit-exceeded':
      return error(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    case 'forbidden':
      return error(403, fault.errorCode ?? 'INSUFFICIENT_ACCESS', fault.message ?? 'insufficient access rights on object id');
    case 'api-disabled':
      return error(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization.');
    case 'sign-in-refused':
      return jsonAnswer(400, { error: fault.error ?? 'invalid_grant', error_description: fault.description ?? 'authentication failure' });
  }
}
