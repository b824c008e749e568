import type { ModuleMetadata, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { openDatabase, systemClock, uuidV7Ids, type SharedParts } from '@signalbox/platform-service';
import { accessHandlers } from './adapters/grpc/access.ts';
import { clientsOf } from './adapters/grpc/clients.ts';
import { openParkedMessages } from './adapters/grpc/operations.ts';
import { beating } from './adapters/beating.ts';
import { passwords } from './adapters/crypto/passwords.ts';
import { sealing } from './adapters/crypto/sealing.ts';
import { secrets } from './adapters/crypto/secrets.ts';
import { AccessGuard } from './adapters/http/access-guard.ts';
import { Authentication } from './adapters/http/authentication.ts';
import { SessionController, TokensController, WorkspaceController } from './adapters/http/controllers/access.controllers.ts';
import { CompaniesController } from './adapters/http/controllers/companies.controller.ts';
import { ConnectionsController } from './adapters/http/controllers/connections.controller.ts';
import { MatchReviewsController } from './adapters/http/controllers/match-reviews.controller.ts';
import { WritesController } from './adapters/http/controllers/writes.controller.ts';
import { MatchingController, SchedulesController } from './adapters/http/controllers/matching.controller.ts';
import { MappingProfilesController, OrchestrationsController } from './adapters/http/controllers/orchestrations.controller.ts';
import { OperationsController } from './adapters/http/controllers/operations.controller.ts';
import { PlansController, RunsController } from './adapters/http/controllers/runs.controller.ts';
import { PublishedSegmentsController, SegmentsController } from './adapters/http/controllers/segments.controller.ts';
import { ApiDocument, DocumentsController } from './adapters/http/documents/documents.controller.ts';
import { OnceInterceptor } from './adapters/http/once-interceptor.ts';
import { ProblemFilter } from './adapters/http/problem-filter.ts';
import { CLIENTS, GATEWAY_CONFIG, PARKED_MESSAGES } from './adapters/http/tokens.ts';
import { PostgresApiTokens } from './adapters/postgres/api-tokens.ts';
import { housekeeping } from './adapters/postgres/housekeeping.ts';
import { PostgresIdempotencyKeys } from './adapters/postgres/idempotency-keys.ts';
import { migrations } from './adapters/postgres/migrations.ts';
import { PostgresSessions, PostgresSignInFailures } from './adapters/postgres/sessions.ts';
import { PostgresEntitlements, PostgresUsers, PostgresWorkspaces } from './adapters/postgres/workspaces.ts';
import { AnswerOnce } from './application/answer-once.ts';
import { ManageApiTokens } from './application/api-tokens.ts';
import { Identify } from './application/identify.ts';
import { SetUp } from './application/set-up.ts';
import { SignIn } from './application/sign-in.ts';
import { WorkspaceSettings } from './application/workspace-settings.ts';
import { parseEntitlementNames } from './domain/entitlement-names.ts';
import type { GatewayConfig } from './gateway.config.ts';

export const SCHEMA = { schema: 'gateway', migrations };

/** The gateway's use cases on their real parts. */
export interface GatewayParts {
  identify: Identify;
  settings: WorkspaceSettings;
  providers: Provider[];
}

const HOUR_MS = 3_600_000;

export async function gatewayParts(shared: SharedParts, config: GatewayConfig): Promise<GatewayParts> {
  const database = await openDatabase(shared, config, SCHEMA);
  const clients = clientsOf(config, shared.tokens);
  shared.lifecycle.add({ name: 'clients', stop: () => clients.close() });
  const parked = openParkedMessages(config, shared.tokens);
  shared.lifecycle.add({ name: 'operations clients', stop: () => parked.close() });
  shared.lifecycle.add(housekeeping(database, systemClock, shared.logger));
  const clock = systemClock;
  const ids = uuidV7Ids;
  const workspaces = new PostgresWorkspaces(database);
  const sessions = new PostgresSessions(database);
  const tokens = new PostgresApiTokens(database);
  const signIn = new SignIn({ users: new PostgresUsers(database), sessions, failures: new PostgresSignInFailures(database), passwords, secrets, clock, sessionMs: config.sessionHours * HOUR_MS });
  const identify = new Identify({ sessions, tokens, secrets, clock });
  const settings = new WorkspaceSettings({ workspaces, entitlements: new PostgresEntitlements(database) });
  const value = (provide: Provider, useValue: unknown) => ({ provide, useValue }) as Provider;
  const providers = [
    value(GATEWAY_CONFIG as never, config),
    value(CLIENTS as never, clients),
    value(PARKED_MESSAGES as never, parked),
    value(SignIn, signIn),
    value(SetUp, new SetUp({ workspaces, passwords, signIn, ids, clock, entitlements: parseEntitlementNames(config.defaultEntitlements) })),
    value(WorkspaceSettings, settings),
    value(ManageApiTokens, new ManageApiTokens({ tokens, secrets, ids, clock })),
    value(AnswerOnce, new AnswerOnce({ keys: new PostgresIdempotencyKeys(database), sealing: sealing(config.serviceKey), ids, clock, beat: beating(shared.logger) })),
    value(Authentication, new Authentication(identify, shared.tokens)),
    value(ApiDocument, new ApiDocument()),
  ];
  return { identify, settings, providers };
}

export function gatewayModule(parts: GatewayParts): ModuleMetadata {
  return {
    controllers: [
      SessionController, WorkspaceController, TokensController, ConnectionsController, CompaniesController, SegmentsController, PublishedSegmentsController, MappingProfilesController,
      OrchestrationsController, PlansController, RunsController, MatchingController, MatchReviewsController, WritesController, SchedulesController, OperationsController, DocumentsController,
    ],
    providers: [
      ...parts.providers,
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_INTERCEPTOR, useClass: OnceInterceptor },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  };
}

export { accessHandlers };
