/** One error as Salesforce words it: REST calls it `errorCode`, a Collections row calls it `statusCode`. */
export interface RowError {
  statusCode: string;
  message: string;
  fields: string[];
}

/** Body entry of a refused REST request. `extra` carries the odd members, such as `duplicateResut`. */
export interface ErrorEntry {
  message: string;
  errorCode: string;
  fields?: string[];
  [extra: string]: unknown;
}

/** Refuses a whole request with the vendor's status and its JSON array of errors (REST guide: status codes). */
export class SfError extends Error {
  readonly status: number;
  readonly body: ErrorEntry[] | unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, errorCode: string, message: string, fields?: string[], headers: Record<string, string> = {}) {
    super(`${errorCode}: ${message}`);
    this.status = status;
    this.headers = headers;
    this.body = [fields ? { message, errorCode, fields } : { message, errorCode }];
  }
}

export const notFound = (message = 'The requested resource does not exist') => new SfError(404, 'NOT_FOUND', message);
export const methodNotAllowed = (method: string, allowed: string) =>
  new SfError(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed. Allowed are ${allowed}`, undefined, { Allow: allowed });
export const parserError = (message: string) => new SfError(400, 'JSON_PARSER_ERROR', message);
export const invalidType = (name: string) =>
  new SfError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);

export const rowError = (statusCode: string, message: string, fields: string[] = []): RowError => ({ statusCode, message, fields });

/** The same error in the shape a single-record call answers with. */
export const rowErrorBody = (errors: RowError[]): ErrorEntry[] =>
  errors.map((e) => ({ message: e.message, errorCode: e.statusCode, fields: e.fields }));

export const isSfErrorBody = (body: unknown): body is ErrorEntry[] => Array.isArray(body) && body.every((e) => typeof e === 'object' && e !== null && 'message' in e);
