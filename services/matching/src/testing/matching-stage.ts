import { TOPICS, crmWriter, matching, segments } from '@signalbox/contracts';
import { ServiceTokens } from '@signalbox/platform-auth';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { Outbox, OutboxRelay, PostgresLogBroker, messagingMigrations } from '@signalbox/platform-messaging';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { waitFor } from '@signalbox/testing';
import { matchingSettings } from '../matching.config.ts';
import { startMatching } from '../start.ts';

const KEY = new Uint8Array(32).fill(5);

export type Told = Parameters<typeof crmWriter.CrmRecordsChanged.fromPartial>[0];
export type MatchingClient = GrpcClient<typeof matching.MatchingServiceDefinition>;

function serviceOn(crm: TestDatabase, level: string): Promise<RunningService> {
  const config = readConfig(matchingSettings, {
    SIGNALBOX_DATABASE_URL: crm.url, SIGNALBOX_BROKER: 'postgres', SIGNALBOX_BROKER_DATABASE_URL: crm.url, SIGNALBOX_SERVICE_KEY: Buffer.from(KEY).toString('hex'), SIGNALBOX_LOG_LEVEL: 'warn',
  });
  return startMatching(config, { ownsProcess: false, logger: createLogger({ service: 'spec', level }) });
}

/** The service as others see it: its door, its topics, a database that plays the crm-writer with outbox and relay. */
export class MatchingStage {
  private readonly outbox = new Outbox();
  private readonly sequences = new Map<string, number>();
  private readonly versions = new Map<string, number>();

  private constructor(readonly crm: TestDatabase, private readonly broker: PostgresLogBroker, private readonly relay: OutboxRelay, readonly service: RunningService, readonly client: MatchingClient) {}

  static async open(): Promise<MatchingStage> {
    const crm = await testDatabase({ migrations: [...messagingMigrations], schema: 'crm' });
    const broker = await PostgresLogBroker.open({ url: crm.url, pollMs: 200 });
    await broker.createTopics(Object.values(TOPICS));
    const relay = new OutboxRelay({ database: crm.database, broker, pollMs: 200 });
    await relay.start();
    const service = await serviceOn(crm, 'error');
    return new MatchingStage(crm, broker, relay, service, createGrpcClient(matching.MatchingServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: new ServiceTokens(KEY, 'spec') }));
  }

  /** A replica beside the service; what breaks in it is not logged. */
  another(): Promise<RunningService> {
    return serviceOn(this.crm, 'silent');
  }

  async close(): Promise<void> {
    this.client.close();
    await this.service.stop();
    await this.relay.stop();
    await this.broker.close();
    await this.crm.close();
  }

  /** The CRM's mirror tells of these records, by default of Accounts of the connection "sf". */
  async told(workspaceId: string, ...events: Told[]): Promise<void> {
    await this.crm.database.transaction((tx) => this.outbox.add(tx, TOPICS.crmRecordsChanged, events.map((event) => crmWriter.CrmRecordsChanged.fromPartial({ workspaceId, connectionId: 'sf', object: 'Account', ...event }))));
  }

  /** As `told`; resolves when the index has taken the records in. */
  async pulled(workspaceId: string, records: Told['records'] & object, connectionId = 'sf'): Promise<void> {
    await this.taken(workspaceId, connectionId, '', records);
  }

  /** The same for records of another object, which are counted by the accounts that they belong to. */
  async belong(workspaceId: string, object: string, records: Told['records'] & object): Promise<void> {
    await this.taken(workspaceId, 'sf', object, records);
  }

  private async taken(workspaceId: string, connectionId: string, object: string, records: Told['records'] & object): Promise<void> {
    const mirror = workspaceId + connectionId + object;
    const sequence = (this.sequences.get(mirror) ?? 0) + records.length;
    this.sequences.set(mirror, sequence);
    await this.told(workspaceId, { connectionId, sequence, records, ...(object ? { object } : {}) });
    await waitFor(async () => (await this.client.getIndexPosition({ connectionId, object }, { workspaceId })).sequence >= sequence, { what: 'the index taking the records in' });
  }

  /** Changes of Accounts of the connection "sf" were written. */
  async written(workspaceId: string, results: Parameters<typeof crmWriter.ChangeResult.fromPartial>[0][]): Promise<void> {
    await this.crm.database.transaction((tx) => this.outbox.add(tx, TOPICS.changeBatchCompleted, [crmWriter.ChangeBatchCompleted.fromPartial({ workspaceId, connectionId: 'sf', object: 'Account', runId: 'r', batchId: 'b', results })]));
  }

  /** Companies of the workspace were created or changed. */
  async changed(workspaceId: string, ...companies: { companyId: string; name: string; website?: string; country?: string }[]): Promise<void> {
    const version = (this.versions.get(workspaceId) ?? 0) + 1;
    this.versions.set(workspaceId, version);
    await this.crm.database.transaction((tx) => this.outbox.add(tx, TOPICS.companiesChanged, [segments.CompaniesChanged.fromPartial({ workspaceId, version, companies })]));
  }

  /** The accounts that the companies are, as kept once everything that was told has been decided: "company account", sorted. */
  async kept(workspaceId: string, connectionId = 'sf'): Promise<string[]> {
    const mirrored = this.sequences.get(workspaceId + connectionId) ?? 0;
    const version = this.versions.get(workspaceId) ?? 0;
    await waitFor(async () => {
      const position = await this.client.followCompanyAccounts({ connectionId }, { workspaceId });
      return position.waiting === 0 && position.mirrorSequence >= mirrored && position.companiesVersion >= version;
    }, { timeoutMs: 30_000, what: 'the companies being decided about' });
    const pairs: string[] = [];
    for await (const part of this.client.streamCompanyAccounts({ connectionId }, { workspaceId })) pairs.push(...part.pairs.map((one) => `${one.companyId} ${one.accountId}`));
    return pairs.sort();
  }

  /** A plan asks about these candidates, a batch after the other; without a plan nothing is kept. */
  async planned(workspaceId: string, planId: string, ...batches: Parameters<typeof matching.MatchCandidate.fromPartial>[0][][]): Promise<matching.MatchDecision[]> {
    const decisions: matching.MatchDecision[] = [];
    async function* asked() {
      for (const candidates of batches) yield matching.MatchStreamRequest.fromPartial({ connectionId: 'sf', planId, candidates });
    }
    for await (const answer of this.client.matchStream(asked(), { workspaceId })) decisions.push(...answer.decisions);
    return decisions;
  }
}
