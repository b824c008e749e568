import { jsonAnswer, textAnswer, type Answer } from '../../serving/io.ts';
import { burstLimit, dailyLimit, HsError, missingScopes, secondlyLimit } from '../errors.ts';
import type { Account } from '../account.ts';
import type { FaultInput } from './fault-types.ts';

/** Faults that answer instead of the account. */
const REFUSALS = ['rate-limited', 'limit-exceeded', 'unavailable', 'server-error', 'html', 'session-expired', 'forbidden', 'sign-in-refused'] as const;

const retryAfter = (seconds: number | undefined): Record<string, string> => (seconds === undefined ? {} : { 'Retry-After': String(seconds) });
const answer = (error: HsError, headers: Record<string, string> = {}): Answer => jsonAnswer(error.status, error.body(), headers);

/** The answer of a fault that refuses this operation; undefined when none strikes. */
export function refusal(account: Account, operation: string, token: string): { kind: string; answer: Answer } | undefined {
  const fault = account.faults.strike(REFUSALS, operation);
  return fault && { kind: fault.kind, answer: answerOf(account, fault, token) };
}

function answerOf(account: Account, fault: FaultInput & { kind: (typeof REFUSALS)[number] }, token: string): Answer {
  switch (fault.kind) {
    case 'rate-limited':
      return answer(fault.policyName === 'SECONDLY' ? secondlyLimit() : burstLimit(), retryAfter(fault.retryAfterSeconds));
    case 'limit-exceeded':
      return answer(dailyLimit());
    case 'unavailable':
      return answer(new HsError(fault.status ?? 503, 'SERVICE_UNAVAILABLE', 'Service is not available. Try again later.'), retryAfter(fault.retryAfterSeconds));
    case 'server-error':
      return answer(new HsError(500, 'INTERNAL_ERROR', 'internal error'));
    case 'html':
      return textAnswer(fault.status ?? 200, 'text/html;charset=utf-8', `<!DOCTYPE html><html><head><title>${fault.title ?? 'HubSpot is down for maintenance'}</title></head><body><h1>We'll be right back.</h1></body></html>`);
    case 'session-expired':
      account.sessions.end(token);
      return answer(account.sessions.refused(token));
    case 'forbidden':
      return answer(missingScopes(fault.scopes ?? ['crm.objects.companies.write']));
    case 'sign-in-refused':
      return jsonAnswer(400, { status: fault.status ?? 'BAD_REFRESH_TOKEN', message: fault.message ?? 'missing or unknown refresh token', correlationId: '5f4c1d2e-0000-4000-8000-000000000000' });
  }
}
