import { conflict, fatal, invalid, isSignalboxError, retryable, type SignalboxError } from '@signalbox/kernel';

/** What PostgreSQL said, kept in `detail` for the log and for code that asks which constraint it was. */
export interface DatabaseErrorDetail {
  sqlState?: string;
  constraint?: string;
  table?: string;
  column?: string;
  message: string;
}

interface DriverError extends Error {
  code?: string;
  constraint?: string;
  table?: string;
  column?: string;
}

const RETRY_MS = 1000;
const TRANSACTION_RETRY = new Set(['40001', '40P01']);
const TRY_AGAIN = new Set([
  ...TRANSACTION_RETRY, '53300', '55P03', '57014', '57P01', '57P02', '57P03', '57P05', '25P03',
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
]);
const CONNECTION_LOST = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|not queryable/;

/** True for the two errors by which PostgreSQL asks for the whole transaction to be run again. */
export function asksForRetry(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && TRANSACTION_RETRY.has(state);
}

function sqlState(error: unknown): string | undefined {
  if (isSignalboxError(error)) return (error.detail as DatabaseErrorDetail | undefined)?.sqlState;
  return (error as DriverError | undefined)?.code;
}

/** True when the error is a unique violation (of the named constraint or index, when one is given). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!isSignalboxError(error) || error.code !== 'database.unique_violation') return false;
  return constraint === undefined || (error.detail as DatabaseErrorDetail).constraint === constraint;
}

/** Any error of the driver as a SignalboxError, named by what the caller must do; one that is already so passes through. */
export function mapDatabaseError(thrown: unknown): SignalboxError {
  if (isSignalboxError(thrown)) return thrown;
  const error = thrown as DriverError;
  // A refused connection to a name with two addresses arrives as an AggregateError with an empty message.
  const inner = thrown instanceof AggregateError ? (thrown.errors[0] as DriverError) : error;
  const state = error?.code ?? inner?.code;
  const message = error?.message || inner?.message || String(thrown);
  const detail: DatabaseErrorDetail = { sqlState: state, constraint: error?.constraint, table: error?.table, column: error?.column, message };
  const extra = { detail, cause: thrown };
  if (state === '23505') return conflict('database.unique_violation', 'This already exists. Look at the present one, then decide.', extra);
  if (state === '23503') return conflict('database.still_referenced', 'Something else still refers to this, or what it refers to is gone.', extra);
  if (state !== undefined && (TRY_AGAIN.has(state) || state.startsWith('08'))) return unavailable(extra);
  if (CONNECTION_LOST.test(message)) return unavailable(extra);
  if (state !== undefined && (state.startsWith('22') || state === '23502' || state === '23514')) {
    return invalid('database.value_refused', 'A value does not fit where it is to be stored.', { ...extra, field: error.column });
  }
  return fatal('database.failed', 'The database refused the work. The log of the service has the details.', extra);
}

function unavailable(extra: { detail: DatabaseErrorDetail; cause: unknown }): SignalboxError {
  return retryable('database.unavailable', 'The database cannot take this just now. Try again.', RETRY_MS, extra);
}
