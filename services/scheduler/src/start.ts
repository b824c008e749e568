import { operations, scheduler } from '@signalbox/contracts';
import type { Clock } from '@signalbox/kernel';
import { bind } from '@signalbox/platform-grpc';
import { hostService, migrateDatabase, OPERATIONS, type OperationsHandlers, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { schedulerHandlers, type HandlerParts } from './adapters/grpc/handlers.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import type { SchedulerConfig } from './scheduler.config.ts';
import { HANDLER_PARTS, schedulerModule } from './scheduler.module.ts';

export interface SchedulerOverrides {
  logger?: Logger;
  ownsProcess?: boolean;
  /** What time it is; the system's by default. */
  clock?: Clock;
}

export function startScheduler(config: SchedulerConfig, overrides: SchedulerOverrides = {}): Promise<RunningService> {
  const { clock, ...host } = overrides;
  return hostService({
    name: 'scheduler',
    config,
    module: (shared) => schedulerModule(shared, config, clock),
    bindings: (app) => [bind(scheduler.SchedulerServiceDefinition, schedulerHandlers(app.get<HandlerParts>(HANDLER_PARTS))), bind(operations.OperationsServiceDefinition, app.get<OperationsHandlers>(OPERATIONS))],
    ...host,
  });
}

/** Runs the migrations that have not run, and ends. */
export const migrateScheduler = (config: SchedulerConfig): Promise<string[]> => migrateDatabase(config, { schema: SCHEMA, migrations });
