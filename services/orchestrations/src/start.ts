import { operations, orchestrations } from '@signalbox/contracts';
import { bind, type Handlers } from '@signalbox/platform-grpc';
import type { Steps } from '@signalbox/platform-orchestration';
import { OPERATIONS, hostService, migrateDatabase, type OperationsHandlers, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import type { OrchestrationsConfig } from './orchestrations.config.ts';
import { HANDLERS, databaseParts, orchestrationsModule } from './orchestrations.module.ts';

export interface OrchestrationsOverrides {
  logger?: Logger;
  ownsProcess?: boolean;
  /** Where tests repeat a step of the mechanism, or end it after one. */
  steps?: Steps;
}

type Definition = typeof orchestrations.OrchestrationsServiceDefinition;

/** Definitions, mapping profiles, previews and runs, with their workers. */
export function startOrchestrations(config: OrchestrationsConfig, overrides: OrchestrationsOverrides = {}): Promise<RunningService> {
  const { steps, ...host } = overrides;
  return hostService({
    name: 'orchestrations',
    config,
    module: (shared) => orchestrationsModule(config, shared, steps),
    bindings: (app) => [bind(orchestrations.OrchestrationsServiceDefinition, app.get<Handlers<Definition>>(HANDLERS)), bind(operations.OperationsServiceDefinition, app.get<OperationsHandlers>(OPERATIONS))],
    ...host,
  });
}

/** Brings the schema up to date and returns: what a job runs before the service starts. */
export const migrateOrchestrations = (config: OrchestrationsConfig): Promise<string[]> => migrateDatabase(config, databaseParts);
