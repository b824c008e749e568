import { Ledger } from '../serving/ledger.ts';
import { Associations } from './store/associations.ts';
import { Lists } from './store/lists.ts';
import { ObjectStore } from './store/object-store.ts';
import { Owners } from './store/owners.ts';
import { Pipelines } from './store/pipelines.ts';
import { Sessions } from './auth/sessions.ts';
import { Faults } from './faults/fault-types.ts';
import { RateLimits } from './http/limits.ts';
import { DEFAULT_HUBSPOT_CREDENTIALS, type HubspotCredentials, type HubspotSandboxOptions, type HubspotSettings } from './options.ts';
import { OBJECT_TYPES } from './schema/object-types.ts';
import { AccountSchema, loadSchemaFile } from './schema/schema.ts';
import type { ObjectType } from './schema/schema-types.ts';

const HALF_AN_HOUR = 30 * 60_000;
const ALL_SCOPES = [...OBJECT_TYPES.flatMap((t) => [t.readScope, t.writeScope]), 'crm.lists.read', 'crm.lists.write', 'crm.schemas.companies.read', 'crm.schemas.companies.write', 'crm.objects.owners.read', 'oauth'];

/** One HubSpot account (a portal) in memory: its schema, records, lists, sessions, and the switches that trouble it. */
export class Account {
  readonly portalId = 14_400_001;
  readonly userId = 77_001;
  readonly userEmail = 'integration@signalbox.example';
  readonly domain = 'signalbox.example';
  readonly schema: AccountSchema;
  readonly pipelines: Pipelines;
  readonly owners: Owners;
  readonly lists: Lists;
  readonly associations = new Associations();
  readonly sessions: Sessions;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly ledger = new Ledger();
  readonly credentials: HubspotCredentials;
  readonly scopes: readonly string[];
  readonly settings: HubspotSettings;
  readonly now: () => number;
  /** Where the account says it is; set once the server listens. */
  url = '';
  private readonly stores = new Map<string, ObjectStore>();

  constructor(options: HubspotSandboxOptions) {
    this.now = options.now ?? Date.now;
    this.settings = {
      burstLimit: options.burstLimit ?? 190, dailyLimit: options.dailyLimit ?? 650_000, dailyUsage: 0, searchesPerSecond: options.searchesPerSecond ?? 5,
      searchLagMs: options.searchLagMs ?? 0, multiStatus: options.multiStatus ?? true, latencyMs: options.latencyMs ?? 0,
    };
    this.credentials = { ...DEFAULT_HUBSPOT_CREDENTIALS, ...options.credentials };
    this.scopes = options.scopes ?? ALL_SCOPES;
    this.schema = new AccountSchema(options.schemaFile ? loadSchemaFile(options.schemaFile) : undefined, this.now);
    this.pipelines = new Pipelines(this.now);
    this.owners = new Owners(this.userEmail, this.userId, this.now());
    this.lists = new Lists(this.now, String(this.userId));
    this.sessions = new Sessions(this.credentials, this.now, options.tokenMs ?? HALF_AN_HOUR);
    this.limits = new RateLimits(this.settings, this.now);
    this.faults = new Faults(this.schema, this.now, options.random);
    for (const type of OBJECT_TYPES) this.stores.set(type.name, new ObjectStore(this.schema.of(type), this.now, () => this.settings.searchLagMs));
    this.faults.replace(options.faults ?? []);
  }

  store(type: ObjectType): ObjectStore {
    return this.stores.get(type.name)!;
  }

  associate(from: ObjectType, fromId: string, to: ObjectType, toId: string, typeIds: readonly number[]): void {
    this.associations.add(from.name, fromId, to.name, toId, typeIds);
    this.showPrimaryCompany(from, fromId, to);
    this.showPrimaryCompany(to, toId, from);
  }

  dissociate(from: ObjectType, fromId: string, to: ObjectType, toId: string): void {
    this.associations.remove(from.name, fromId, to.name, toId);
    this.showPrimaryCompany(from, fromId, to);
    this.showPrimaryCompany(to, toId, from);
  }

  /** The company that is linked as the primary one; without a label the first that was linked. */
  private showPrimaryCompany(type: ObjectType, id: string, other: ObjectType): void {
    const record = this.store(type).get(id);
    if (other.name !== 'companies' || type.primaryCompany === undefined || !record) return;
    const links = this.associations.of(type.name, id, other.name);
    const primary = this.associations.types(type.name, other.name).find((t) => t.label === 'Primary')?.typeId;
    const shown = (links.find((link) => primary !== undefined && link.typeIds.has(primary)) ?? links[0])?.toId ?? '';
    if ((record.values[type.primaryCompany] ?? '') !== shown) this.store(type).update(record, { [type.primaryCompany]: shown });
  }

  /** Empties the account to what a new one has. */
  reset(): void {
    for (const store of this.stores.values()) store.clear();
    this.lists.clear();
    this.associations.clear();
    this.sessions.reset();
    this.limits.reset();
  }
}
