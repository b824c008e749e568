import 'reflect-metadata';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { hostService, type RunningService } from '@signalbox/platform-service';
import { RPCS } from '@signalbox/contracts';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { readConfig } from '@signalbox/platform-config';
import { gatewaySettings } from '../../gateway.config.ts';
import { gatewayModule, gatewayParts } from '../../gateway.module.ts';
import { PUBLIC_ROUTES } from '../../public-routes.ts';
import { requireGuarded, routesOfApplication, type Route } from './route-list.ts';

@Controller('forgotten')
class ForgottenController {
  @Get('route')
  open() {
    return 'open to all';
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

describe('every route', () => {
  let database: TestDatabase;
  let service: RunningService;
  let routes: Route[];
  beforeAll(async () => {
    database = await testDatabase();
    const config = readConfig(gatewaySettings, { SIGNALBOX_DATABASE_URL: database.url, SIGNALBOX_SERVICE_KEY: '22'.repeat(32), SIGNALBOX_LOG_LEVEL: 'silent' });
    service = await hostService({
      name: 'gateway', config, ownsProcess: false,
      module: async (shared) => gatewayModule(await gatewayParts(shared, config)),
      bindings: (app: INestApplication) => {
        routes = routesOfApplication(app);
        return [];
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    await database.close();
  });

  it('needs a permission of the contract, or stands on the list of public ones', () => {
    expect(routes.length).toBeGreaterThan(70);
    expect(() => requireGuarded(routes)).not.toThrow();
    const permissions = new Set(Object.values(RPCS).map((rule) => rule.permission));
    for (const { route, requires } of routes) for (const permission of requires ?? []) expect({ route, known: permissions.has(permission) && permission !== 'INTERNAL' }).toEqual({ route, known: true });
  });

  it('answers 401 without a token, unless it is public', async () => {
    const guarded = routes.filter(({ route }) => !Object.hasOwn(PUBLIC_ROUTES, route));
    for (const { route } of guarded) {
      const [method, path] = route.split(' ') as [string, string];
      const response = await fetch(`http://127.0.0.1:${service.httpPort}${path.replace(/:\w+/g, 'x')}`, { method });
      expect({ route, status: response.status }).toEqual({ route, status: 401 });
    }
  });

  it('stops the gateway from starting when somebody forgot to say who may use it', async () => {
    const app = await NestFactory.create(ForgottenModule, { logger: false });
    expect(() => requireGuarded([...routes, ...routesOfApplication(app)])).toThrow(/Neither: GET \/forgotten\/route/);
    expect(() => requireGuarded(routes.filter((r) => r.route !== 'GET /api/v1/setup'))).toThrow(/not there: GET \/api\/v1\/setup/);
    await app.close();
  });
});
