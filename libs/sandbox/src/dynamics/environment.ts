import { FaultSwitches } from '../serving/fault-switches.ts';
import { Ledger } from '../serving/ledger.ts';
import { Tokens } from './auth/tokens.ts';
import { KINDS, type DynamicsFault } from './faults/fault-types.ts';
import { Protection } from './http/protection.ts';
import { DYNAMICS_CREDENTIALS, type DynamicsCredentials, type DynamicsSandboxOptions, type DynamicsSettings } from './options.ts';
import type { DuplicateRule } from './records/duplicates.ts';
import { loadSchemaFile, Schema, type SchemaChange } from './schema/schema.ts';
import { Store } from './store/store.ts';

const SIGN_IN = new Set(['token', 'openid', 'instance']);
const WRITES = new Set(['create', 'patch', 'property', 'delete', 'createMultiple', 'updateMultiple', 'upsertMultiple', 'batch', 'qualifyLead']);
export const ORGANIZATION_ID = '8a41c5d2-0000-4000-8000-5a11b0c0ffee';
export const USER_ID = '5a11b0c0-0000-4000-8000-00000000ffee';
export const BUSINESS_UNIT_ID = 'f00db0a5-0000-4000-8000-5a11b0c0ffee';

/** One Dataverse environment in memory: its schema, rows, tokens, and the switches that trouble it. */
export class Environment {
  readonly schema: Schema;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly faults: FaultSwitches<DynamicsFault>;
  readonly ledger = new Ledger();
  readonly protection: Protection;
  readonly credentials: DynamicsCredentials;
  readonly settings: DynamicsSettings;
  readonly now: () => number;
  /** Delta tokens from before this version are too old; `/__sandbox/delta-tokens` moves it on. */
  oldestVersion = 0;
  /** Where the environment says it is; set once the server listens. */
  url = '';

  constructor(options: DynamicsSandboxOptions) {
    this.now = options.now ?? Date.now;
    this.schema = new Schema(options.schemaFile ? loadSchemaFile(options.schemaFile) : undefined);
    this.store = new Store(this.now);
    this.tokens = new Tokens(this.now);
    this.credentials = { ...DYNAMICS_CREDENTIALS, ...options.credentials };
    this.settings = { latencyMs: options.latencyMs ?? 0, requestLimit: options.requestLimit ?? 6000, changeTrackingDays: options.changeTrackingDays ?? 7, qualifyTiesContacts: true };
    this.protection = new Protection(this.now, this.settings);
    this.faults = new FaultSwitches<DynamicsFault>({
      kinds: KINDS,
      needs: { 'poison-record': ['matching'], 'field-removed': ['object', 'field'], 'field-changed': ['object', 'field', 'set'], latency: ['ms'] },
      signIn: SIGN_IN,
      writes: WRITES,
      operationOf: (fault) => (fault.kind === 'sign-in-refused' ? 'token' : undefined),
      changed: (faults) => this.schema.apply(faults.flatMap(schemaChange)),
    }, this.now, options.random);
    this.reset();
    this.faults.replace(options.faults ?? []);
  }

  /** Empties the environment to what a new one has: its application user. */
  reset(): void {
    this.store.clear();
    this.protection.reset();
    const user = this.schema.find('systemuser');
    if (!user) return;
    const values = {
      firstname: '#', lastname: 'Signalbox Integration', fullname: '# Signalbox Integration', domainname: 'signalbox@sandbox.example', internalemailaddress: 'signalbox@sandbox.example', isdisabled: false,
      applicationid: this.credentials.clientId, azureactivedirectoryobjectid: this.credentials.clientId,
    };
    this.store.userId = this.store.insert(user, USER_ID, values).id;
  }

  /** Rules that are published: each `duplicate-rule` fault that is on is one. */
  duplicateRules(): DuplicateRule[] {
    return this.faults.standing(['duplicate-rule']).map(({ fault }) => ({
      entity: fault.object ?? 'account', attributes: (fault.kind === 'duplicate-rule' ? fault.fields : undefined) ?? ['name', 'websiteurl'],
    }));
  }

  /** Counts a finding against the fault that made the rule. */
  duplicateStrikes(): boolean {
    return this.faults.standing(['duplicate-rule']).some((held) => this.faults.fires(held));
  }
}

function schemaChange(fault: DynamicsFault): SchemaChange[] {
  if (fault.kind === 'field-removed') return [{ entity: fault.object, attribute: fault.field }];
  return fault.kind === 'field-changed' ? [{ entity: fault.object, attribute: fault.field, set: fault.set }] : [];
}
