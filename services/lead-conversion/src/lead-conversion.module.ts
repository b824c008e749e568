import type { ModuleMetadata } from '@nestjs/common';
import { openClients } from '@signalbox/platform-grpc';
import type { SharedParts } from '@signalbox/platform-service';
import { kindHandlers } from './adapters/grpc/handlers.ts';
import { LeadsRuntime } from './adapters/grpc/leads-runtime.ts';
import { PEERS } from './adapters/grpc/peers.ts';
import type { LeadConversionConfig } from './lead-conversion.config.ts';

/** Token of the implementation of KindHostService. */
export const HANDLERS = Symbol('KindHostHandlers');

/** The service's parts: clients of the services that it asks. It keeps nothing of its own. */
export function leadConversionModule(config: LeadConversionConfig, shared: SharedParts): ModuleMetadata {
  const clients = openClients(PEERS, config, shared.tokens);
  shared.lifecycle.add({ name: 'clients', stop: () => clients.close() });
  return { providers: [{ provide: HANDLERS, useValue: kindHandlers(new LeadsRuntime(clients)) }] };
}
