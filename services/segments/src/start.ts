import { operations, segments } from '@signalbox/contracts';
import { bind } from '@signalbox/platform-grpc';
import { hostService, migrateDatabase, OPERATIONS, type OperationsHandlers, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { segmentsHandlers, type UseCases } from './adapters/grpc/segments-handlers.ts';
import { MIGRATIONS, SCHEMA } from './adapters/postgres/migrations.ts';
import type { SegmentsConfig } from './segments.config.ts';
import { segmentsModule, USE_CASES } from './segments.module.ts';

/** Starts the service; it answers when this resolves. */
export function startSegments(config: SegmentsConfig, overrides: { logger?: Logger; ownsProcess?: boolean } = {}): Promise<RunningService> {
  return hostService({
    name: 'segments',
    config,
    module: (shared) => segmentsModule(shared, config),
    bindings: (app) => [
      bind(segments.SegmentsServiceDefinition, segmentsHandlers(app.get<UseCases>(USE_CASES))), bind(operations.OperationsServiceDefinition, app.get<OperationsHandlers>(OPERATIONS)),
    ],
    ...overrides,
  });
}

/** Brings the schema up to date and ends; gives the names of the migrations that ran. */
export function migrateSegments(config: SegmentsConfig): Promise<string[]> {
  return migrateDatabase(config, { schema: SCHEMA, migrations: MIGRATIONS });
}
