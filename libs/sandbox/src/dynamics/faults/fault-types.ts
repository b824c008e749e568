import { LINE_KINDS, type FaultScope, type LineFault } from '../../serving/fault-switches.ts';
import type { AttributeSource } from '../schema/schema-types.ts';

/** Faults have the names that they have at the other sandboxes where they mean the same. */
export type DynamicsFault = (
  /** 429 of the service protection: too many requests, too much time, or too many at once. */
  | { kind: 'rate-limited'; retryAfterSeconds?: number; limit?: 'requests' | 'time' | 'concurrency' }
  | { kind: 'unavailable'; status?: number; retryAfterSeconds?: number }
  | { kind: 'server-error' }
  | { kind: 'html'; status?: number; title?: string }
  | { kind: 'session-expired' }
  /** The allowance of requests for the day is used up: 429 with a long wait. */
  | { kind: 'limit-exceeded'; retryAfterSeconds?: number }
  | { kind: 'forbidden'; code?: string; message?: string }
  /** The application is no user of the environment. */
  | { kind: 'not-a-member' }
  | { kind: 'sign-in-refused'; error?: string; description?: string; code?: number }
  /** SQL Server chose the request as the victim of a deadlock; nothing of it is kept. */
  | { kind: 'lock-row'; field?: string; matching?: string }
  /** A plug-in refuses the row, and with it all that is written together with it. */
  | { kind: 'poison-record'; field?: string; matching: string; code?: string; message?: string }
  /** A published duplicate detection rule. */
  | { kind: 'duplicate-rule'; fields?: string[] }
  | { kind: 'field-removed'; object: string; field: string }
  | { kind: 'field-changed'; object: string; field: string; set: Partial<AttributeSource> }
  | LineFault
) & FaultScope;

export const REFUSALS = ['rate-limited', 'unavailable', 'server-error', 'html', 'session-expired', 'limit-exceeded', 'forbidden', 'not-a-member', 'sign-in-refused'] as const;
export const KINDS: readonly string[] = [...REFUSALS, 'lock-row', 'poison-record', 'duplicate-rule', 'field-removed', 'field-changed', ...LINE_KINDS];
