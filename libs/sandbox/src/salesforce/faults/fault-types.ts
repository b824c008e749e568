import type { FieldSource } from '../schema/schema-types.ts';

/** Which requests a fault is for. All that are given must hold; nothing given means every request. */
export interface FaultScope {
  /** An operation of the ledger (`query`, `collections.create`, `token`…), or `read`, `write`, `any` (all but sign-in; the default). */
  operation?: string | string[];
  /** Object name; for faults of rows and of the schema. */
  object?: string;
  /** How many requests (or rows) it strikes before it switches itself off. Default: until taken away. */
  times?: number;
  /** Chance of striking, 0..1. Default 1. */
  probability?: number;
  /** Starts this long after it was switched on. */
  afterMs?: number;
  /** Lets this many matching requests (or rows) pass first. */
  skip?: number;
}

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
  | { kind: 'connection-reset' }
  | { kind: 'timeout-before-commit'; hangMs?: number }
  | { kind: 'timeout-after-commit'; hangMs?: number }
  | { kind: 'truncated-answer' }
  | { kind: 'latency'; ms: number; jitterMs?: number };

export type RowFault =
  | { kind: 'lock-row'; field?: string; matching?: string }
  | { kind: 'poison-record'; field?: string; matching: string; statusCode?: string; message?: string }
  | { kind: 'duplicate-rule'; fields?: string[]; action?: 'block' | 'alert'; rule?: string };

export type SchemaFault =
  | { kind: 'field-removed'; object: string; field: string }
  | { kind: 'field-changed'; object: string; field: string; set: Partial<FieldSource> };

export type FaultInput = (RequestFault | RowFault | SchemaFault) & FaultScope;

export const REQUEST_KINDS = [
  'rate-limited', 'unavailable', 'server-error', 'html', 'session-expired', 'limit-exceeded', 'forbidden', 'api-disabled', 'sign-in-refused',
  'connection-reset', 'timeout-before-commit', 'timeout-after-commit', 'truncated-answer', 'latency',
] as const;
export const ROW_KINDS = ['lock-row', 'poison-record', 'duplicate-rule'] as const;
export const SCHEMA_KINDS = ['field-removed', 'field-changed'] as const;

/** A fault that is on, with how often it has struck. */
export interface ActiveFault {
  id: number;
  fault: FaultInput;
  since: number;
  seen: number;
  hits: number;
}
