import { randomUUID } from 'node:crypto';
import { crmWriter, orchestrations, TOPICS } from '@signalbox/contracts';
import { ServiceTokens } from '@signalbox/platform-auth';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { consume, Outbox, messagingMigrations, OutboxRelay, PostgresLogBroker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { startSalesforceSandbox, type SalesforceSandbox } from '@signalbox/sandbox';
import { waitFor } from '@signalbox/testing';
import { crmWriterSettings } from '../crm-writer.config.ts';
import { startCrmWriter } from '../start.ts';

const KEY = new Uint8Array(32).fill(9);
export const OBJECT = 'Account';
export const KEY_FIELD = 'Signalbox_Id__c';

export interface NewAccount {
  companyId: string;
  name: string;
  website?: string;
  country?: string;
  fields?: orchestrations.Change['fields'];
  changeId?: string;
}

export interface BatchOptions {
  connectionId: string;
  batchId?: string;
  runId?: string;
  plannedAtSequence?: number;
  externalIdField?: string;
  lane?: number;
}

export interface StageOptions {
  /** gRPC address of a matching service, once it is known; without one nothing answers there. */
  matchingAddress?: string;
  environment?: Record<string, string>;
}

/** The crm-writer as others see it: its door, its topics, a real database, a real Salesforce sandbox. */
export class Stage {
  readonly workspaceId = `w-${randomUUID().slice(0, 8)}`;
  readonly completed: crmWriter.ChangeBatchCompleted[] = [];
  readonly changed: crmWriter.CrmRecordsChanged[] = [];
  client!: GrpcClient<typeof crmWriter.CrmWriterServiceDefinition>;
  service!: RunningService;
  private readonly outbox = new Outbox();
  private readonly subscriptions: Subscription[] = [];

  private constructor(
    readonly databases: { service: TestDatabase; planner: TestDatabase }, readonly broker: PostgresLogBroker, readonly relay: OutboxRelay, readonly sandbox: SalesforceSandbox, private readonly options: StageOptions,
  ) {}

  static async open(options: StageOptions = {}): Promise<Stage> {
    const service = await testDatabase({ schema: 'unused' });
    const planner = await testDatabase({ schema: 'planner', migrations: [...messagingMigrations] });
    const broker = await PostgresLogBroker.open({ url: planner.url, pollMs: 100 });
    await broker.createTopics(Object.values(TOPICS));
    const relay = new OutboxRelay({ database: planner.database, broker, pollMs: 100 });
    await relay.start();
    const stage = new Stage({ service, planner }, broker, relay, await startSalesforceSandbox(), options);
    await stage.listen();
    await stage.start();
    return stage;
  }

  get tokens(): ServiceTokens {
    return new ServiceTokens(KEY, 'spec');
  }

  get as(): { workspaceId: string } {
    return { workspaceId: this.workspaceId };
  }

  /** Environment that services on this stage share. */
  environment(): Record<string, string> {
    return {
      SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: this.databases.planner.url, SIGNALBOX_DATABASE_URL: this.databases.service.url,
      SIGNALBOX_SERVICE_KEY: Buffer.from(KEY).toString('hex'), SIGNALBOX_SECRETS_KEY: Buffer.from(KEY).toString('hex'), SIGNALBOX_LOG_LEVEL: process.env['SPEC_LOG_LEVEL'] ?? 'silent',
      SIGNALBOX_CRM_MEND_RETRY_MS: '200', SIGNALBOX_CRM_SETTLE_QUIET_MS: '300', SIGNALBOX_MATCHING_ADDRESS: this.options.matchingAddress ?? '127.0.0.1:1', ...this.options.environment,
    };
  }

  async start(more: Record<string, string> = {}): Promise<void> {
    const environment = { ...this.environment(), ...more };
    this.service = await startCrmWriter(readConfig(crmWriterSettings, environment), { ownsProcess: false, logger: createLogger({ service: 'spec', level: environment['SIGNALBOX_LOG_LEVEL']! }) });
    this.client = createGrpcClient(crmWriter.CrmWriterServiceDefinition, { address: `127.0.0.1:${this.service.grpcPort}`, tokens: this.tokens });
  }

  async stopService(): Promise<void> {
    this.client.close();
    await this.service.stop();
  }

  async close(): Promise<void> {
    await this.stopService();
    for (const subscription of this.subscriptions) await subscription.stop();
    await this.relay.stop();
    await this.broker.close();
    await this.sandbox.close();
    await this.databases.planner.close();
    await this.databases.service.close();
  }

  connect(change: Partial<crmWriter.CreateConnectionRequest> = {}): Promise<crmWriter.Connection> {
    const { clientId, clientSecret } = this.sandbox.credentials;
    return this.client.createConnection({
      name: `Salesforce ${randomUUID().slice(0, 8)}`, provider: 'salesforce', baseUrl: this.sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret }, environment: 'sandbox', ...change,
    }, this.as);
  }

  /** Asks for new accounts, as orchestrations does. */
  async plan(accounts: readonly NewAccount[], options: BatchOptions): Promise<string> {
    const changes = accounts.map((a) => ({
      changeId: a.changeId ?? `change-${a.companyId}`, companyId: a.companyId, identity: { id: a.companyId, name: a.name, website: a.website ?? '', country: a.country ?? '' },
      fields: [{ field: 'Name', after: a.name }, { field: 'Website', after: a.website ?? '' }, { field: 'BillingCountry', after: a.country ?? '' }, ...(a.fields ?? [])],
    }));
    return this.request({ operation: crmWriter.ChangeOperation.CREATE, changes }, options);
  }

  async request(message: Parameters<typeof orchestrations.ChangeBatchRequested.fromPartial>[0], options: BatchOptions): Promise<string> {
    const batchId = options.batchId ?? randomUUID();
    const batch = orchestrations.ChangeBatchRequested.fromPartial({
      workspaceId: this.workspaceId, batchId, runId: options.runId ?? `run-${batchId}`, orchestrationId: 'o', connectionId: options.connectionId, object: OBJECT, lane: options.lane ?? 0, provider: 'salesforce',
      externalIdField: options.externalIdField ?? KEY_FIELD, plannedAtSequence: options.plannedAtSequence ?? Number.MAX_SAFE_INTEGER, ...message,
    });
    await this.databases.planner.database.transaction((tx) => this.outbox.add(tx, TOPICS.changeBatchRequested, [batch]));
    return batchId;
  }

  /** Says that a run was cancelled, as orchestrations does, and waits until the writer has it on record. */
  async cancel(runId: string): Promise<void> {
    const event = orchestrations.RunCancelled.fromPartial({ workspaceId: this.workspaceId, runId, orchestrationId: 'o', cancelledAt: new Date() });
    await this.databases.planner.database.transaction((tx) => this.outbox.add(tx, TOPICS.runCancelled, [event]));
    await waitFor(async () => (await this.databases.service.database.query('select 1 from crm_writer.cancelled_runs where workspace_id = $1 and run_id = $2', [this.workspaceId, runId])).length > 0, { what: 'the cancellation' });
  }

  async results(batchId: string, timeoutMs = 30_000): Promise<crmWriter.ChangeBatchCompleted> {
    return waitFor(() => this.completed.find((m) => m.batchId === batchId), { timeoutMs, what: `the results of batch ${batchId}` });
  }

  private async listen(): Promise<void> {
    const database: Database = this.databases.planner.database;
    this.subscriptions.push(
      await consume({ database, broker: this.broker, group: 'spec.completed', topic: TOPICS.changeBatchCompleted, handle: async (m) => { this.completed.push(m); } }),
      await consume({ database, broker: this.broker, group: 'spec.changed', topic: TOPICS.crmRecordsChanged, handle: async (m) => { this.changed.push(m); } }),
    );
  }
}

/** Results by company id. */
export const byCompany = (message: crmWriter.ChangeBatchCompleted): Map<string, crmWriter.ChangeResult> => new Map(message.results.map((r) => [r.companyId, r]));
