import { randomUUID } from 'node:crypto';

export type Context = Record<string, string[]>;

/** One member of `errors` in an error body (HubSpot guide: Error handling). */
export interface ErrorDetail {
  message: string;
  code?: string;
  in?: string;
  context?: Context;
}

export interface ErrorParts {
  errors?: ErrorDetail[];
  context?: Context;
  subCategory?: string;
  links?: Record<string, string>;
  headers?: Record<string, string>;
  /** Members that only some errors have, such as `policyName`. */
  more?: Record<string, unknown>;
}

/** Refuses a request, or one input of a batch, in the vendor's words. */
export class HsError extends Error {
  readonly status: number;
  readonly category: string;
  readonly parts: ErrorParts;

  constructor(status: number, category: string, message: string, parts: ErrorParts = {}) {
    super(message);
    this.status = status;
    this.category = category;
    this.parts = parts;
  }

  /** As the body of a refused request. */
  body(): Record<string, unknown> {
    const { errors, context, subCategory, links, more } = this.parts;
    return { status: 'error', message: this.message, correlationId: randomUUID(), ...more, ...optional({ errors, context, links, subCategory }), category: this.category };
  }

  /** As one member of a multi-status answer's `errors`. */
  entry(traceIds: readonly string[]): Record<string, unknown> {
    const { errors, context, subCategory } = this.parts;
    const traced = { ...(traceIds.length > 0 ? { objectWriteTraceId: [...traceIds] } : {}), ...context };
    return { status: 'error', category: this.category, message: this.message, ...optional({ errors, subCategory }), context: traced };
  }
}

const optional = (members: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

export const validation = (message: string, parts: ErrorParts = {}) => new HsError(400, 'VALIDATION_ERROR', message, parts);
export const notFound = (message = 'resource not found') => new HsError(404, 'OBJECT_NOT_FOUND', message);
export const invalidJson = (message: string) => validation(`Invalid input JSON on line 1, column 1: ${message}`);

export interface PropertyProblem {
  name: string;
  /** Such as INVALID_OPTION. */
  error: string;
  message: string;
}

/** The message repeats the problems as JSON text; clients read either. */
export function invalidProperties(problems: readonly PropertyProblem[], portalId: number): HsError {
  const listed = problems.map(({ name, error, message }) => ({ isValid: false, message, error, name, localizedErrorMessage: message, portalId }));
  return validation(`Property values were not valid: ${JSON.stringify(listed)}`, {
    errors: problems.map(({ name, error, message }) => ({ message, code: error, context: { propertyName: [name] } })),
  });
}

const rateLimited = (policyName: string, message: string) => new HsError(429, 'RATE_LIMITS', message, { more: { errorType: 'RATE_LIMIT', policyName, requestId: randomUUID() } });
export const burstLimit = () => rateLimited('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.');
export const secondlyLimit = () => rateLimited('SECONDLY', 'You have reached your secondly limit.');
export const dailyLimit = () => rateLimited('DAILY', 'You have reached your daily limit.');

export const missingScopes = (scopes: readonly string[]) => new HsError(403, 'MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.", {
  errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: [...scopes] } }], links: { scopes: 'https://developers.hubspot.com/scopes' },
});
