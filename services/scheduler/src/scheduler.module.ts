import type { ModuleMetadata } from '@nestjs/common';
import { gateway } from '@signalbox/contracts';
import type { Clock } from '@signalbox/kernel';
import { createGrpcClient } from '@signalbox/platform-grpc';
import { Outbox, type Subscription } from '@signalbox/platform-messaging';
import { OPERATIONS, addOutboxRelay, openBroker, openDatabase, operationsHandlers, systemClock, uuidV7Ids, type SharedParts } from '@signalbox/platform-service';
import { Counter } from '@signalbox/platform-telemetry';
import { followRuns, followSchedules, type ConsumerParts } from './adapters/events/consumers.ts';
import { GatewayZones } from './adapters/gateway/workspace-zones.ts';
import type { HandlerParts } from './adapters/grpc/handlers.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import { PgSchedulerStore } from './adapters/postgres/scheduler-store.ts';
import { Worker } from './adapters/worker.ts';
import { NightlySyncs } from './application/nightly-sync.ts';
import { RequestDueRuns } from './application/request-due-runs.ts';
import type { SchedulerConfig } from './scheduler.config.ts';

export const HANDLER_PARTS = Symbol('HandlerParts');

function addConsumers(shared: SharedParts, parts: ConsumerParts): void {
  const running: Subscription[] = [];
  shared.lifecycle.add({
    name: 'consumers',
    start: async () => {
      running.push(await followSchedules(parts), await followRuns(parts));
    },
    stop: async () => {
      await Promise.all(running.map((subscription) => subscription.stop()));
    },
  });
}

function openZones(shared: SharedParts, config: SchedulerConfig): GatewayZones {
  const client = createGrpcClient(gateway.AccessServiceDefinition, { address: config.gatewayAddress, tokens: shared.tokens });
  shared.lifecycle.add({ name: 'gateway client', stop: () => client.close() });
  return new GatewayZones(client);
}

/** Wires the service: database, broker, consumers, worker. */
export async function schedulerModule(shared: SharedParts, config: SchedulerConfig, clock: Clock = systemClock): Promise<ModuleMetadata> {
  const { logger } = shared;
  const database = await openDatabase(shared, config, { schema: SCHEMA, migrations });
  const broker = await openBroker(shared, config);
  const store = new PgSchedulerStore(database, new Outbox(), uuidV7Ids);
  const syncs = new NightlySyncs(store, openZones(shared, config), clock, (workspaceId, error) => logger.warn({ workspace_id: workspaceId, err: error }, 'the time zone of the workspace is not known; UTC stands in until it is'));
  addOutboxRelay(shared, database, broker);
  addConsumers(shared, { database, broker, logger, store, clock });
  const settled = new Counter({ name: 'signalbox_scheduler_settled_total', help: 'Schedules whose time had come and that were settled.', registers: [shared.metrics] });
  const worker = new Worker({ database, logger, due: new RequestDueRuns(store, clock), syncs, everyMs: config.lookEveryMs, onSettled: (count) => settled.inc(count) });
  shared.lifecycle.add({ name: 'worker', start: () => worker.start(), stop: () => worker.stop() });
  const parts: HandlerParts = { syncs, store };
  return { providers: [{ provide: HANDLER_PARTS, useValue: parts }, { provide: OPERATIONS, useValue: operationsHandlers(database, 'scheduler') }] };
}
