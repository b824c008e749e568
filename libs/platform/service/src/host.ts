import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { gateway } from '@signalbox/contracts';
import { Authenticator, ServiceTokens, type Introspect } from '@signalbox/platform-auth';
import { createGrpcClient, startGrpcServer, type ServiceBinding } from '@signalbox/platform-grpc';
import { NestLogger, createLogger, createMetrics, type Logger, type Registry } from '@signalbox/platform-telemetry';
import { HealthController } from './health.controller.ts';
import { Lifecycle } from './lifecycle.ts';
import { Readiness } from './readiness.ts';
import type { CommonConfig } from './settings.ts';
import { AUTHENTICATOR, LIFECYCLE, LOGGER, METRICS, READINESS, SERVICE_TOKENS } from './tokens.ts';

export interface RunningService {
  name: string;
  httpPort: number;
  grpcPort: number;
  /** Stops taking work, finishes or hands back what is in flight, closes everything. */
  stop(): Promise<void>;
}

/** What every service gets from its host. */
export interface SharedParts {
  logger: Logger;
  metrics: Registry;
  readiness: Readiness;
  lifecycle: Lifecycle;
  tokens: ServiceTokens;
  authenticator: Authenticator;
}

export interface HostOptions {
  name: string;
  config: CommonConfig;
  /** The service's own module; it gets the shared parts by their tokens, or from the argument. */
  module: (shared: SharedParts) => ModuleMetadata | Promise<ModuleMetadata>;
  /** gRPC services, taken from the started module. */
  bindings: (app: INestApplication) => ServiceBinding[];
  /** How API tokens are known. Default: the gateway is asked. */
  introspect?: (shared: SharedParts) => Introspect;
  /** Last say over the HTTP application, e.g. documents and static files. */
  configureHttp?: (app: NestExpressApplication, shared: SharedParts) => void | Promise<void>;
  /** The process is this service's alone: process metrics are collected. Default true. */
  ownsProcess?: boolean;
  logger?: Logger;
}

const KEEP_ALIVE_MS = 75_000;

@Module({})
class HostModule {}

function askGateway(config: CommonConfig, tokens: ServiceTokens, lifecycle: Lifecycle): Introspect {
  const client = createGrpcClient(gateway.AccessServiceDefinition, { address: config.gatewayAddress, tokens });
  lifecycle.add({ name: 'gateway client', stop: () => client.close() });
  return async (token) => {
    const answer = await client.introspectToken({ token }, { workspaceId: '' });
    if (!answer.active) return undefined;
    const names = answer.permissions.map((p) => p.replace(/^PERMISSION_/, ''));
    return { workspaceId: answer.workspaceId, subject: answer.subject, permissions: new Set(names) as never };
  };
}

function makeShared(options: HostOptions): SharedParts {
  const { config, name } = options;
  const logger = options.logger?.child({ service: name }) ?? createLogger({ service: name, level: config.logLevel });
  const lifecycle = new Lifecycle(logger);
  const tokens = new ServiceTokens(config.serviceKey, name);
  const parts = { logger, lifecycle, tokens, readiness: new Readiness(), metrics: createMetrics({ service: name, processMetrics: options.ownsProcess ?? true }) };
  // The introspection may need the other parts, and is only called once they are all there.
  let introspect: Introspect | undefined;
  const authenticator = new Authenticator(tokens, (token) => (introspect ??= options.introspect?.(shared) ?? askGateway(config, tokens, lifecycle))(token));
  const shared: SharedParts = { ...parts, authenticator };
  return shared;
}

async function createApplication(options: HostOptions, shared: SharedParts): Promise<NestExpressApplication> {
  const provided = [
    { provide: LOGGER, useValue: shared.logger }, { provide: METRICS, useValue: shared.metrics }, { provide: READINESS, useValue: shared.readiness },
    { provide: LIFECYCLE, useValue: shared.lifecycle }, { provide: SERVICE_TOKENS, useValue: shared.tokens }, { provide: AUTHENTICATOR, useValue: shared.authenticator },
  ];
  const own = await options.module(shared);
  const root: DynamicModule = {
    module: HostModule,
    ...own,
    controllers: [HealthController, ...(own.controllers ?? [])],
    providers: [...provided, ...(own.providers ?? [])],
  };
  const app = await NestFactory.create<NestExpressApplication>(root, { logger: new NestLogger(shared.logger), bodyParser: false, abortOnError: false });
  await options.configureHttp?.(app, shared);
  await app.init();
  return app;
}

/**
 * Runs one service: its Nest container, HTTP (health, metrics and what the module adds), gRPC, and its parts in
 * order. When starting fails, what was started is stopped again.
 */
export async function hostService(options: HostOptions): Promise<RunningService> {
  const { config, name } = options;
  const shared = makeShared(options);
  let app: NestExpressApplication | undefined;
  try {
    app = await createApplication(options, shared);
    const grpc = await startGrpcServer({ host: config.grpcHost, port: config.grpcPort, authenticator: shared.authenticator, logger: shared.logger, metrics: shared.metrics, services: options.bindings(app) });
    // Added last, so that it is the first to stop: no new calls while the parts behind them go.
    shared.lifecycle.add({ name: 'grpc', stop: () => grpc.stop(config.stopGraceMs) });
    await shared.lifecycle.start();
    // Longer than clients and load balancers keep an idle connection, so that it is they who close it, and no request meets a closed one.
    app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
    await app.listen(config.httpPort, config.httpHost);
    const httpPort = (app.getHttpServer().address() as { port: number }).port;
    shared.logger.info({ http_port: httpPort, grpc_port: grpc.port }, 'started');
    return { name, httpPort, grpcPort: grpc.port, stop: () => stop(app as NestExpressApplication, shared) };
  } catch (error) {
    await shared.lifecycle.stop();
    await app?.close();
    throw error;
  }
}

async function stop(app: NestExpressApplication, shared: SharedParts): Promise<void> {
  shared.readiness.beginStopping();
  shared.logger.info('stopping');
  const server = app.getHttpServer() as { closeIdleConnections?: () => void; closeAllConnections?: () => void };
  server.closeIdleConnections?.();
  await shared.lifecycle.stop();
  // Event streams to browsers never end by themselves.
  server.closeAllConnections?.();
  await app.close();
  shared.logger.info('stopped');
}
