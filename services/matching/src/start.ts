import { matching, operations } from '@signalbox/contracts';
import { bind } from '@signalbox/platform-grpc';
import { hostService, migrateDatabase, OPERATIONS, type OperationsHandlers, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { matchingHandlers, type HandlerParts } from './adapters/grpc/handlers.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import type { MatchingConfig } from './matching.config.ts';
import { HANDLER_PARTS, matchingModule } from './matching.module.ts';

export interface MatchingOverrides {
  logger?: Logger;
  ownsProcess?: boolean;
}

export function startMatching(config: MatchingConfig, overrides: MatchingOverrides = {}): Promise<RunningService> {
  return hostService({
    name: 'matching',
    config,
    module: (shared) => matchingModule(shared, config),
    bindings: (app) => [bind(matching.MatchingServiceDefinition, matchingHandlers(app.get<HandlerParts>(HANDLER_PARTS))), bind(operations.OperationsServiceDefinition, app.get<OperationsHandlers>(OPERATIONS))],
    ...overrides,
  });
}

/** Runs the migrations that have not run, and ends. */
export const migrateMatching = (config: MatchingConfig): Promise<string[]> => migrateDatabase(config, { schema: SCHEMA, migrations });
