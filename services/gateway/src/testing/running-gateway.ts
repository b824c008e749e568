import { readConfig } from '@signalbox/platform-config';
import { testDatabase } from '@signalbox/platform-postgres/testing';
import { ServiceTokens } from '@signalbox/platform-auth';
import { gatewaySettings, startGateway, type GatewayConfig } from '../index.ts';

/** An answer of the REST API. */
// Bodies are whatever a spec expects of them; it says so itself.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

export interface RunningGateway {
  url: string;
  grpcAddress: string;
  config: GatewayConfig;
  tokens: ServiceTokens;
  /** The cookie of the administrator, once `setUp` was called. */
  cookie: string;
  query<T>(sql: string, params?: unknown[]): Promise<T[]>;
  setUp(): Promise<Answer>;
  /** As the administrator in a browser, unless headers say otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

export const ADMIN = { workspaceName: 'Acme', timeZone: 'Europe/Berlin', email: 'ada@example.com', password: 'a long enough password' };
const KEY = '11'.repeat(32);

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** A gateway on a database of its own, with nobody behind it unless `env` says where. */
export async function runGateway(env: Record<string, string> = {}): Promise<RunningGateway> {
  const database = await testDatabase({ schema: 'spec' });
  const nobody = Object.fromEntries(['SEGMENTS', 'MATCHING', 'ORCHESTRATIONS', 'CRM_WRITER', 'SCHEDULER'].map((name) => [`SIGNALBOX_${name}_ADDRESS`, '127.0.0.1:1']));
  const config = readConfig(gatewaySettings, { SIGNALBOX_DATABASE_URL: database.url, SIGNALBOX_SERVICE_KEY: KEY, SIGNALBOX_LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent', SIGNALBOX_STOP_GRACE_MS: '2000', ...nobody, ...env });
  const service = await startGateway(config, { ownsProcess: false });
  const url = `http://127.0.0.1:${service.httpPort}`;
  const gateway: RunningGateway = {
    url, config, cookie: '', grpcAddress: `127.0.0.1:${service.grpcPort}`, tokens: new ServiceTokens(config.serviceKey, 'spec'),
    query: <T>(sql: string, params: unknown[] = []) => database.database.query<T>(sql, params),
    async setUp() {
      const answer = await gateway.call('POST', '/api/v1/setup', ADMIN);
      gateway.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? gateway.cookie;
      return answer;
    },
    async call(method, path, body, headers = {}) {
      const own: Record<string, string> = gateway.cookie && headers['authorization'] === undefined ? { cookie: gateway.cookie, origin: url } : {};
      const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      return read(await fetch(`${url}${path}`, { method, headers: { ...own, ...json, ...headers }, body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body), redirect: 'manual' }));
    },
    async stop() {
      await service.stop();
      await database.close();
    },
  };
  return gateway;
}
