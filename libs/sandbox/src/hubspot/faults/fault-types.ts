import { FaultSwitches, LINE_KINDS, type FaultScope, type LineFault } from '../../serving/fault-switches.ts';
import type { AccountSchema, SchemaChange } from '../schema/schema.ts';
import type { PropertySource } from '../schema/schema-types.ts';

export type RequestFault =
  | { kind: 'rate-limited'; policyName?: 'TEN_SECONDLY_ROLLING' | 'SECONDLY'; retryAfterSeconds?: number }
  | { kind: 'limit-exceeded' }
  | { kind: 'unavailable'; status?: number; retryAfterSeconds?: number }
  | { kind: 'server-error' }
  | { kind: 'html'; status?: number; title?: string }
  | { kind: 'session-expired' }
  | { kind: 'forbidden'; scopes?: string[] }
  | { kind: 'sign-in-refused'; status?: string; message?: string }
  | LineFault;

/** Inputs whose `field` (name) matches are refused by a rule of the account. */
export type RowFault = { kind: 'poison-record'; field?: string; matching: string; error?: string; message?: string };

export type SchemaFault =
  | { kind: 'field-removed'; object: string; field: string }
  | { kind: 'field-changed'; object: string; field: string; set: Partial<PropertySource> };

export type FaultInput = (RequestFault | RowFault | SchemaFault) & FaultScope;

const REQUEST_KINDS = ['rate-limited', 'limit-exceeded', 'unavailable', 'server-error', 'html', 'session-expired', 'forbidden', 'sign-in-refused', ...LINE_KINDS] as const;
const SIGN_IN = new Set(['token', 'tokenInfo', 'refreshTokenInfo']);
const WRITES = new Set([
  'create', 'update', 'archive', 'merge', 'batch.create', 'batch.update', 'batch.upsert', 'batch.archive', 'associate', 'dissociate', 'associations.create', 'associations.archive',
  'properties.create', 'properties.update', 'properties.archive', 'lists.create', 'lists.rename', 'lists.archive', 'lists.restore', 'memberships.add', 'memberships.remove', 'memberships.addAndRemove', 'memberships.clear',
]);

/** HubSpot's switches; those of the schema take effect in the schema itself. */
export class Faults extends FaultSwitches<FaultInput> {
  constructor(schema: AccountSchema, now: () => number, random?: () => number) {
    super({
      kinds: [...REQUEST_KINDS, 'poison-record', 'field-removed', 'field-changed'],
      needs: { 'poison-record': ['matching'], 'field-removed': ['object', 'field'], 'field-changed': ['object', 'field', 'set'], latency: ['ms'] },
      signIn: SIGN_IN,
      writes: WRITES,
      operationOf: (fault) => (fault.kind === 'sign-in-refused' ? 'token' : undefined),
      changed: (faults) => schema.apply(faults.flatMap(schemaChange)),
    }, now, random);
  }
}

function schemaChange(fault: FaultInput): SchemaChange[] {
  if (fault.kind === 'field-removed') return [{ object: fault.object, property: fault.field }];
  return fault.kind === 'field-changed' ? [{ object: fault.object, property: fault.field, set: fault.set }] : [];
}
