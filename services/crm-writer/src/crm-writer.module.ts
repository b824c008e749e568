import { setTimeout as pause } from 'node:timers/promises';
import type { ModuleMetadata } from '@nestjs/common';
import { connectorFor } from '@signalbox/connectors-registry';
import { matching, TOPICS } from '@signalbox/contracts';
import { createGrpcClient } from '@signalbox/platform-grpc';
import { Outbox, type Broker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import { addOutboxRelay, OPERATIONS, openBroker, openDatabase, operationsHandlers, periodic, systemClock, uuidV7Ids, type Part, type SharedParts } from '@signalbox/platform-service';
import { ConnectorSessions } from './adapters/connectors/sessions.ts';
import { EventAnnouncer } from './adapters/events/announcer.ts';
import { batchLock, followChangeBatches, groupOf, type BatchConsumerParts } from './adapters/events/change-batches.ts';
import { giveUpParked } from './adapters/events/give-up.ts';
import type { HandlerParts } from './adapters/grpc/handlers.ts';
import { MatchingClient } from './adapters/grpc/matching-client.ts';
import { cancelledRunsRetention } from './adapters/postgres/cancelled-runs.ts';
import { PgCallBudgets } from './adapters/postgres/call-budgets.ts';
import { PgAccountRecords } from './adapters/postgres/account-records.ts';
import { PgDueMirrors } from './adapters/postgres/due-mirrors.ts';
import { PgConnections } from './adapters/postgres/connections.ts';
import { PgLedger } from './adapters/postgres/ledger.ts';
import { PgLedgerReader } from './adapters/postgres/ledger-reader.ts';
import { ledgerRetention } from './adapters/postgres/ledger-retention.ts';
import { migrations, SCHEMA } from './adapters/postgres/migrations.ts';
import { PgRecordClaims } from './adapters/postgres/record-claims.ts';
import { PgMirror } from './adapters/postgres/mirror.ts';
import { SecretBox } from './adapters/postgres/secret-box.ts';
import { CheckExpected } from './application/check-expected.ts';
import { ClaimRecords } from './application/claim-records.ts';
import { ConnectionHealth } from './application/connection-health.ts';
import { LookForNews } from './application/look-for-news.ts';
import { ManageConnections } from './application/manage-connections.ts';
import { PullRegularly, type PullRegularlyParts } from './application/pull-regularly.ts';
import { Recheck } from './application/recheck.ts';
import { RecordsOfAccounts } from './application/records-of-accounts.ts';
import { RefreshMirror } from './application/refresh-mirror.ts';
import { GiveUpBatch } from './application/give-up-batch.ts';
import { SharedLooks } from './application/shared-looks.ts';
import { WriteBatch, type BatchParts } from './application/write-batch.ts';
import type { CrmWriterConfig } from './crm-writer.config.ts';
import { budgetMetrics, type BudgetMetrics } from './budget.metrics.ts';
import { crmWriterMetrics } from './crm-writer.metrics.ts';

export const HANDLER_PARTS = Symbol('HandlerParts');

const list = (text: string) => text.split(',').map((t) => t.trim()).filter(Boolean);

function storesOf(database: Database, config: CrmWriterConfig, shared: SharedParts, metrics: BudgetMetrics) {
  const outbox = new Outbox();
  const connections = new PgConnections(database, new SecretBox(config.secretsKey, config.previousSecretsKeys));
  const budgets = new PgCallBudgets(database);
  metrics.countWaiting(() => budgets.waiting());
  const sessions = new ConnectorSessions(connections, systemClock, shared.logger, { plainHosts: list(config.plainHosts), budget: { ...metrics, store: budgets, concurrency: config.batchConcurrency } });
  shared.lifecycle.add({ name: 'connector sessions', stop: () => sessions.close() });
  return { outbox, connections, sessions, budgets, mirror: new PgMirror(database, outbox), ledger: new PgLedger(database, outbox, systemClock), health: new ConnectionHealth(connections, systemClock) };
}

function matchingClient(shared: SharedParts, config: CrmWriterConfig): MatchingClient {
  const client = createGrpcClient(matching.MatchingServiceDefinition, { address: config.matchingAddress, tokens: shared.tokens });
  shared.lifecycle.add({ name: 'matching client', stop: () => client.close() });
  return new MatchingClient(client, systemClock, config.matchingWaitMs);
}

function claimsOn(database: Database): ClaimRecords {
  const wait = async (ms: number, signal: AbortSignal) => { await pause(ms, undefined, { signal }).catch(() => undefined); };
  return new ClaimRecords({ claims: new PgRecordClaims(database, batchLock), wait, random: Math.random });
}

/** Looks several times in the time after which a mirror is due, so that none gets much older than that. */
function regularPulls({ logger }: SharedParts, config: CrmWriterConfig, parts: Pick<PullRegularlyParts, 'mirrors' | 'connections' | 'refresh'>): Part {
  const pulls = new PullRegularly({
    ...parts, provider: config.provider, everyMs: config.pullEveryMs,
    onProblem: ({ workspaceId, connectionId, object }, error) => logger.warn({ workspace_id: workspaceId, connection_id: connectionId, object, err: error }, 'A mirror could not be brought up to date; trying again later.'),
  });
  return periodic({ name: 'regular pulls', everyMs: Math.max(500, config.pullEveryMs / 10), work: () => pulls.run(), onProblem: (error) => logger.warn({ err: error }, 'Mirrors could not be brought up to date; trying again later.') });
}

function addConsumer(shared: SharedParts, parts: BatchConsumerParts): void {
  let running: Subscription | undefined;
  shared.lifecycle.add({
    name: 'change batches',
    start: async () => {
      running = await followChangeBatches(parts);
    },
    // Finishes the batches in flight.
    stop: () => running?.stop(),
  });
}

/** Wires the service: database, broker, connector sessions, use cases, and the consumer of change batches. */
export async function crmWriterModule(shared: SharedParts, config: CrmWriterConfig): Promise<ModuleMetadata> {
  if (config.provider) connectorFor(config.provider);
  const database = await openDatabase(shared, config, { schema: SCHEMA, migrations });
  const broker: Broker = await openBroker(shared, config);
  const { outbox, connections, sessions, budgets, mirror, ledger, health } = storesOf(database, config, shared, budgetMetrics(shared.metrics));
  addOutboxRelay(shared, database, broker);
  shared.lifecycle.add(cancelledRunsRetention(database, shared.logger));
  shared.lifecycle.add(ledgerRetention(database, shared.logger, config.historyDays));
  const refresh = new RefreshMirror(mirror, sessions, health, systemClock);
  shared.lifecycle.add(regularPulls(shared, config, { mirrors: new PgDueMirrors(database), connections, refresh }));
  const metrics = crmWriterMetrics(shared.metrics, broker, groupOf(config.provider), TOPICS.changeBatchRequested.name);
  const news = new LookForNews(mirror, refresh, new SharedLooks({ now: () => performance.now(), wait: (ms) => pause(ms) }));
  const batchParts: BatchParts = {
    connections, sessions, ledger, mirror, health, recheck: new Recheck(mirror, matchingClient(shared, config), news), expected: new CheckExpected(mirror, news), announcer: new EventAnnouncer(outbox),
    manifestOf: (provider) => connectorFor(provider).manifest, clock: systemClock, settleQuietMs: config.settleQuietMs, mendRetryMs: config.mendRetryMs, onWritten: metrics.onWritten, onCalls: metrics.onCalls,
  };
  const write = new WriteBatch(batchParts);
  const discards = { [TOPICS.changeBatchRequested.name]: giveUpParked(database, new GiveUpBatch(batchParts)) };
  addConsumer(shared, { database, broker, logger: shared.logger, connections, write, claims: claimsOn(database), provider: config.provider, concurrency: config.batchConcurrency, onOutcome: metrics.onOutcome });
  const parts: HandlerParts = { connections: new ManageConnections(connections, sessions, health, systemClock, uuidV7Ids), refresh, sessions, health, mirror, accounts: new RecordsOfAccounts(new PgAccountRecords(database), sessions, refresh, (provider) => connectorFor(provider).manifest), ledger: new PgLedgerReader(database), budgets };
  return { providers: [{ provide: HANDLER_PARTS, useValue: parts }, { provide: OPERATIONS, useValue: operationsHandlers(database, 'crm-writer', discards) }] };
}
