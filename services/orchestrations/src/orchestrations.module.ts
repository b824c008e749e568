import type { ModuleMetadata } from '@nestjs/common';
import { convertLeads } from '@signalbox/kinds';
import { Outbox } from '@signalbox/platform-messaging';
import {
  DEFAULT_DISPATCH, DEFAULT_WORKER, OrchestrationMetrics, PlanAndRunReader, PostgresPlanStore, PostgresRunStore, PostgresUndoStore, RunWatch, Worker, plainSteps,
  type AnyRuntime, type Mechanism, type Steps,
} from '@signalbox/platform-orchestration';
import type { Database } from '@signalbox/platform-postgres';
import { BROKER, DATABASE, OPERATIONS, addOutboxRelay, openBroker, openDatabase, operationsHandlers, uuidV7Ids, type SharedParts } from '@signalbox/platform-service';
import { Consumers } from './adapters/events/consumers.ts';
import { NameScopes } from './adapters/grpc/name-scopes.ts';
import { OutboxAnnouncer } from './adapters/events/announcers.ts';
import { CreateAccountsRuntime } from './adapters/grpc/create-accounts-runtime.ts';
import { SegmentNamesRuntime } from './adapters/grpc/segment-names-runtime.ts';
import { CrmWriterCrm, GatewayEntitlements, clientsOf } from './adapters/grpc/clients.ts';
import { HostedRuntime } from './adapters/grpc/hosted-runtime.ts';
import { MirrorView } from './adapters/grpc/crm-view.ts';
import { orchestrationsHandlers } from './adapters/grpc/orchestrations-handlers.ts';
import { migrations } from './adapters/postgres/migration.ts';
import { PostgresOrchestrationStore } from './adapters/postgres/orchestration-store.ts';
import { PostgresProfileStore } from './adapters/postgres/profile-store.ts';
import { PostgresWrittenNames } from './adapters/postgres/written-names.ts';
import { CheckPrerequisites } from './application/check-prerequisites.ts';
import { DeleteOrchestration } from './application/delete-orchestration.ts';
import { MappingProfiles } from './application/mapping-profiles.ts';
import { RunOrchestration } from './application/run-orchestration.ts';
import { SaveOrchestration } from './application/save-orchestration.ts';
import type { OrchestrationsConfig } from './orchestrations.config.ts';

export const SCHEMA = 'orchestrations';
export const databaseParts = { schema: SCHEMA, migrations };
/** Token of the implementation of OrchestrationsService. */
export const HANDLERS = Symbol('OrchestrationsHandlers');

function mechanism(database: Database, config: OrchestrationsConfig, shared: SharedParts, own: Pick<Mechanism, 'announcer' | 'definitions' | 'crm' | 'steps'>, runtimes: AnyRuntime[]): Mechanism {
  return {
    database, ...own, plans: new PostgresPlanStore(database), runs: new PostgresRunStore(database), undos: new PostgresUndoStore(database),
    kinds: new Map(runtimes.map((r) => [r.kind.name, r])), ids: uuidV7Ids,
    dispatch: { ...DEFAULT_DISPATCH, batchSize: config.batchSize, window: config.batchWindow, lanes: config.lanes },
    metrics: new OrchestrationMetrics(shared.metrics, SCHEMA), logger: shared.logger,
  };
}

/** The service's parts: database, broker and relay first, then what consumes and works. */
export async function orchestrationsModule(config: OrchestrationsConfig, shared: SharedParts, steps: Steps = plainSteps): Promise<ModuleMetadata> {
  const { lifecycle } = shared;
  const database = await openDatabase(shared, config, databaseParts);
  const broker = await openBroker(shared, config);
  addOutboxRelay(shared, database, broker);
  const clients = clientsOf(config, shared.tokens);
  lifecycle.add({ name: 'clients', stop: () => clients.close() });

  const announcer = new OutboxAnnouncer(new Outbox());
  const store = new PostgresOrchestrationStore(database);
  const profiles = new PostgresProfileStore(database);
  const entitlements = new GatewayEntitlements(clients);
  const crm = new CrmWriterCrm(clients);
  const runtime = new CreateAccountsRuntime(clients, entitlements, crm, profiles);
  const written = new PostgresWrittenNames(database);
  const now = (): Date => new Date();
  const names = new SegmentNamesRuntime(clients, { entitlements, crm, store, names: written }, now);
  const m = mechanism(database, config, shared, { announcer, definitions: store, crm: new MirrorView(clients), steps }, [runtime, names, new HostedRuntime(convertLeads, clients.leadConversion)]);
  m.metrics.watch(m.runs);
  const runs = new RunOrchestration(m, store, entitlements);
  const reader = new PlanAndRunReader(m);
  const watch = new RunWatch(database, reader);
  const consumers = new Consumers(m, broker, runs, written);
  const worker = new Worker(m, { ...DEFAULT_WORKER, leaseMs: config.planLeaseMs, concurrency: config.planConcurrency, everyMs: config.lookForWorkMs });
  lifecycle.add({ name: 'run watch', start: () => watch.start(), stop: () => watch.stop() });
  // gRPC stops first and waits for calls under way: watchers of a long run would hold it up.
  shared.readiness.stopping.addEventListener('abort', () => watch.endAll());
  lifecycle.add({ name: 'worker', start: () => worker.start(), stop: () => worker.stop() });
  lifecycle.add({ name: 'consumers', start: () => consumers.start(), stop: () => consumers.stop() });

  const handlers = orchestrationsHandlers({
    m, store, profiles, entitlements, runs, reader, watch, mappingProfiles: new MappingProfiles(m, profiles, store, crm),
    save: new SaveOrchestration(m, store, entitlements, announcer), remove: new DeleteOrchestration(m, store, announcer), prerequisites: new CheckPrerequisites(m),
    nameScopes: new NameScopes(clients, now),
  });
  const operations = operationsHandlers(database, 'orchestrations');
  return { providers: [{ provide: OPERATIONS, useValue: operations }, { provide: DATABASE, useValue: database }, { provide: BROKER, useValue: broker }, { provide: HANDLERS, useValue: handlers }] };
}
