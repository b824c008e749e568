import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import type { GatewayConfig } from '../../gateway.config.ts';
import { consoleFiles } from './console/console-files.ts';
import type { InFlight } from './in-flight.ts';
import { jsonBody } from './json-body.ts';
import { requestContext } from './request-context.ts';

const UPLOAD = '/api/v1/companies/imports';

/** Everything from our own address only; inline styles are what the console's components need. */
function securityHeaders(https: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'", 'data:'], connectSrc: ["'self'"],
        objectSrc: ["'none'"], baseUri: ["'self'"], formAction: ["'self'"], frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: https,
    // These two only work over https, and say so in the browser's console otherwise.
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
  });
}

/** What stands before the routes, in order: trace, metrics, security headers, the console's files, bodies. */
export function configureHttp(app: NestExpressApplication, config: GatewayConfig, inFlight: InFlight): void {
  app.set('trust proxy', config.trustedProxies);
  app.disable('x-powered-by');
  app.use(requestContext, inFlight.middleware(), securityHeaders(config.publicUrl.startsWith('https:')));
  app.use(...consoleFiles(config.consoleDir));
  app.use(jsonBody(config.maxBodyBytes, (request) => request.method === 'POST' && request.path === UPLOAD));
  // An upload of any size may take any time; a sender that stops sending its headers is still cut off.
  (app.getHttpServer() as Server).requestTimeout = 0;
}
