import { kinds } from '@signalbox/contracts';
import { bind, type Handlers } from '@signalbox/platform-grpc';
import { hostService, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import type { LeadConversionConfig } from './lead-conversion.config.ts';
import { HANDLERS, leadConversionModule } from './lead-conversion.module.ts';

export interface LeadConversionOverrides {
  logger?: Logger;
  ownsProcess?: boolean;
}

/** Plans conversions of leads, for orchestrations. */
export function startLeadConversion(config: LeadConversionConfig, overrides: LeadConversionOverrides = {}): Promise<RunningService> {
  return hostService({
    name: 'lead-conversion',
    config,
    module: (shared) => leadConversionModule(config, shared),
    bindings: (app) => [bind(kinds.KindHostServiceDefinition, app.get<Handlers<typeof kinds.KindHostServiceDefinition>>(HANDLERS))],
    ...overrides,
  });
}

/** The service keeps nothing: there is no schema to bring up to date. */
export const migrateLeadConversion = (_config: LeadConversionConfig): Promise<string[]> => Promise.resolve([]);
