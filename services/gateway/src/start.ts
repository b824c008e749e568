import { gateway } from '@signalbox/contracts';
import { bind } from '@signalbox/platform-grpc';
import { hostService, migrateDatabase, type RunningService } from '@signalbox/platform-service';
import type { Logger } from '@signalbox/platform-telemetry';
import { configureHttp } from './adapters/http/configure.ts';
import { ApiDocument } from './adapters/http/documents/documents.controller.ts';
import { openApiDocument } from './adapters/http/documents/openapi.ts';
import { InFlight } from './adapters/http/in-flight.ts';
import { requireGuarded, routesOfApplication } from './adapters/http/route-list.ts';
import type { GatewayConfig } from './gateway.config.ts';
import { SCHEMA, accessHandlers, gatewayModule, gatewayParts, type GatewayParts } from './gateway.module.ts';

/** Starts the gateway: REST API and console on HTTP, AccessService on gRPC. */
export async function startGateway(config: GatewayConfig, overrides: { logger?: Logger; ownsProcess?: boolean } = {}): Promise<RunningService> {
  let parts: GatewayParts;
  return hostService({
    name: 'gateway',
    config,
    ...overrides,
    module: async (shared) => {
      parts = await gatewayParts(shared, config);
      return gatewayModule(parts);
    },
    introspect: () => (token) => parts.identify.principal(token),
    bindings: (app) => {
      requireGuarded(routesOfApplication(app));
      return [bind(gateway.AccessServiceDefinition, accessHandlers(parts.identify, parts.settings))];
    },
    configureHttp: (app, shared) => {
      const inFlight = new InFlight(shared.metrics);
      configureHttp(app, config, inFlight);
      app.get(ApiDocument).value = openApiDocument(app);
      // The last of our parts, so that it stops before those that the requests need.
      shared.lifecycle.add({ name: 'http', stop: () => inFlight.drain(config.stopGraceMs) });
    },
  });
}

/** Brings the schema up to date, and nothing else. */
export const migrateGateway = (config: GatewayConfig): Promise<string[]> => migrateDatabase(config, SCHEMA);
