import { LINE_KINDS, type ActiveFault as HeldFault, type FaultScope, type LineFault } from '../../serving/fault-switches.ts';
import type { FieldSource } from '../schema/schema-types.ts';

export type { FaultScope } from '../../serving/fault-switches.ts';

export type RequestFault =
  | { kind: 'rate-limited'; retryAfterSeconds?: number }
  | { kind: 'unavailable'; status?: number; retryAfterSeconds?: number }
  | { kind: 'server-error' }
  | { kind: 'html'; status?: number; title?: string }
  | { kind: 'session-expired' }
  | { kind: 'limit-exceeded' }
  | { kind: 'forbidden'; errorCode?: string; message?: string }
  | { kind: 'api-disabled' }
  | { kind: 'sign-in-refused'; error?: string; description?: string }
  | LineFault;

export type RowFault =
  | { kind: 'lock-row'; field?: string; matching?: string }
  | { kind: 'poison-record'; field?: string; matching: string; statusCode?: string; message?: string }
  | { kind: 'duplicate-rule'; fields?: string[]; action?: 'block' | 'alert'; rule?: string };

export type JobFault = { kind: 'bulk-job-failed'; message?: string };

export type SchemaFault =
  | { kind: 'field-removed'; object: string; field: string }
  | { kind: 'field-changed'; object: string; field: string; set: Partial<FieldSource> };

export type FaultInput = (RequestFault | RowFault | JobFault | SchemaFault) & FaultScope;
export type ActiveFault = HeldFault<FaultInput>;

export const REQUEST_KINDS = [
  'rate-limited', 'unavailable', 'server-error', 'html', 'session-expired', 'limit-exceeded', 'forbidden', 'api-disabled', 'sign-in-refused', ...LINE_KINDS,
] as const;
export const ROW_KINDS = ['lock-row', 'poison-record', 'duplicate-rule'] as const;
export const JOB_KINDS = ['bulk-job-failed'] as const;
export const SCHEMA_KINDS = ['field-removed', 'field-changed'] as const;
