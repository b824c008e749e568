import { crmWriter, operations } from '@signalbox/contracts';
import { bind } from '@signalbox/platform-grpc';
import { hostService, migrateDatabase, OPERATIONS, type OperationsHandlers, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { crmWriterHandlers, type HandlerParts } from './adapters/grpc/handlers.ts';
import { migrations, SCHEMA } from './adapters/postgres/migrations.ts';
import type { CrmWriterConfig } from './crm-writer.config.ts';
import { crmWriterModule, HANDLER_PARTS } from './crm-writer.module.ts';

export interface CrmWriterOverrides {
  logger?: Logger;
  ownsProcess?: boolean;
}

export function startCrmWriter(config: CrmWriterConfig, overrides: CrmWriterOverrides = {}): Promise<RunningService> {
  return hostService({
    name: 'crm-writer',
    config,
    module: (shared) => crmWriterModule(shared, config),
    bindings: (app) => [bind(crmWriter.CrmWriterServiceDefinition, crmWriterHandlers(app.get<HandlerParts>(HANDLER_PARTS))), bind(operations.OperationsServiceDefinition, app.get<OperationsHandlers>(OPERATIONS))],
    ...overrides,
  });
}

/** Runs the migrations that have not run, and ends. */
export const migrateCrmWriter = (config: CrmWriterConfig): Promise<string[]> => migrateDatabase(config, { schema: SCHEMA, migrations });
