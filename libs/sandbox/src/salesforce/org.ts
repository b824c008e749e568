import { BulkJobs } from './bulk/jobs.ts';
import { Ledger } from '../serving/ledger.ts';
import { Faults } from './faults/faults.ts';
import { rowGuard } from './faults/row-faults.ts';
import { checksum } from './ids.ts';
import { DEFAULT_CREDENTIALS, type SalesforceSandboxOptions, type SandboxCredentials, type SandboxSettings } from './options.ts';
import type { DmlContext, WriteGuard } from './records/dml.ts';
import { loadSchemaFile, OrgSchema } from './schema/schema.ts';
import { Sessions } from './auth/sessions.ts';
import { Locators } from './soql/locators.ts';
import { Store } from './store/store.ts';

const ORG_ID15 = '00D5f000000SANd';
const TWO_HOURS = 2 * 3_600_000;

/** One Salesforce org in memory: its schema, records, sessions, and the switches that trouble it. */
export class Org {
  readonly id = ORG_ID15 + checksum(ORG_ID15);
  readonly schema: OrgSchema;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly locators: Locators;
  readonly faults: Faults;
  readonly ledger = new Ledger();
  readonly bulk = new BulkJobs(this);
  readonly credentials: SandboxCredentials;
  readonly settings: SandboxSettings;
  readonly jwtPublicKey?: string;
  readonly now: () => number;
  /** Requests used of the daily allocation. */
  apiUsage = 0;
  /** Where the org says it is; set once the server listens. */
  url = '';
  private readonly guard: WriteGuard;

  constructor(options: SalesforceSandboxOptions) {
    this.now = options.now ?? Date.now;
    this.schema = new OrgSchema(options.schemaFile ? loadSchemaFile(options.schemaFile) : undefined, this.now());
    this.store = new Store(this.schema, this.now);
    this.sessions = new Sessions(this.id, this.now, options.sessionMs ?? TWO_HOURS);
    this.locators = new Locators(this.now);
    this.faults = new Faults(this.schema, this.now);
    this.guard = rowGuard(this.faults, this.store);
    this.credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials };
    this.jwtPublicKey = options.jwtPublicKey;
    this.settings = {
      apiLimit: options.apiLimit ?? 100_000,
      latencyMs: options.latencyMs ?? 0,
      compositeCountsSubrequests: options.compositeCountsSubrequests ?? false,
      unknownFieldFailsRequest: options.unknownFieldFailsRequest ?? false,
      bulkBatchMs: options.bulkBatchMs ?? 100,
      jwtAccessTokens: options.jwtAccessTokens ?? false,
    };
    this.reset();
    this.faults.replace(options.faults ?? []);
  }

  /** Empties the org to what a new one has: its user and the rows its schema brings. */
  reset(): void {
    this.store.clear();
    this.locators.expireAll();
    this.bulk.clear();
    const user = this.schema.find('User');
    if (user) {
      const name = this.credentials.username;
      const row = this.store.insert(user, {
        Username: name, Email: name, Alias: 'integr', LastName: 'User', FirstName: 'Integration', Name: 'Integration User', IsActive: true, UserType: 'Standard',
        TimeZoneSidKey: 'Europe/London', LocaleSidKey: 'en_GB', LanguageLocaleKey: 'en_US', EmailEncodingKey: 'UTF-8',
      });
      this.store.userId = row.id;
      row.values = { ...row.values, CreatedById: row.id, LastModifiedById: row.id };
    }
    for (const def of this.schema.all()) for (const row of def.rows) this.store.insert(def, row);
  }

  get userId(): string {
    return this.store.userId;
  }

  /** What a write needs; made once per request so that a duplicate rule does not compare the request's own rows. */
  dml(allowSave: boolean): DmlContext {
    return { store: this.store, guard: this.guard, allowSave, before: this.store.position };
  }
}
