import { FaultSwitches } from '../../serving/fault-switches.ts';
import type { OrgSchema } from '../schema/schema.ts';
import type { SchemaChange } from '../schema/schema-types.ts';
import { JOB_KINDS, REQUEST_KINDS, ROW_KINDS, SCHEMA_KINDS, type FaultInput } from './fault-types.ts';

const SIGN_IN = new Set(['token', 'soapLogin', 'soapLogout', 'revoke', 'introspect', 'userinfo', 'identity', 'versions']);
const WRITES = new Set([
  'create', 'update', 'delete', 'upsert', 'deleteByExternalId', 'collections.create', 'collections.update', 'collections.upsert', 'collections.delete',
  'composite', 'batch', 'tree', 'convertLead', 'bulk.create', 'bulk.upload', 'bulk.patch',
]);

/** Salesforce's switches; those of the schema take effect in the schema itself. */
export class Faults extends FaultSwitches<FaultInput> {
  constructor(schema: OrgSchema, now: () => number) {
    super({
      kinds: [...REQUEST_KINDS, ...ROW_KINDS, ...JOB_KINDS, ...SCHEMA_KINDS],
      needs: { 'poison-record': ['matching'], 'field-removed': ['object', 'field'], 'field-changed': ['object', 'field', 'set'], latency: ['ms'] },
      signIn: SIGN_IN,
      writes: WRITES,
      operationOf: (fault) => (fault.kind === 'sign-in-refused' ? ['token', 'soapLogin'] : undefined),
      changed: (faults) => schema.apply(faults.flatMap(schemaChange), now()),
    }, now);
  }
}

function schemaChange(fault: FaultInput): SchemaChange[] {
  if (fault.kind === 'field-removed') return [{ object: fault.object, field: fault.field, removed: true }];
  return fault.kind === 'field-changed' ? [{ object: fault.object, field: fault.field, set: fault.set }] : [];
}
