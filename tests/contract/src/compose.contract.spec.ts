import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '@signalbox/dev';
import { readServiceSettings, type ServiceSettings } from '@signalbox/dev/settings';
import { readConfig } from '@signalbox/platform-config';

interface Container {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  healthcheck?: object;
  volumes?: string[];
}

const FILE = join(ROOT, 'deploy/compose/compose.yaml');
const compose = parse(readFileSync(FILE, 'utf8'), { merge: true }) as { services: Record<string, Container>; volumes: Record<string, unknown> };
const containers = Object.entries(compose.services);
const ours = containers.filter(([, c]) => c.image.startsWith('signalbox/'));
/** What a container finds in its environment when nobody gives anything: `${NAME:-default}` is its default. */
const environmentOf = (c: Container) => Object.fromEntries(Object.entries(c.environment).map(([name, value]) => [name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]));

describe('the compose file', () => {
  let services: ServiceSettings[];
  beforeAll(async () => {
    services = await readServiceSettings();
  });
  const settingsOf = (name: string) => services.find((s) => s.name === name)!.settings;

  it('runs every service, each by its own name, from one image that is built once', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(services.map((s) => s.name).sort());
    expect(new Set(ours.map(([, c]) => c.image)).size).toBe(1);
    const built = ours.flatMap(([, c]) => c.build ?? []);
    expect(built).toHaveLength(1);
    expect(join(dirname(FILE), built[0]!.context)).toBe(ROOT.replace(/\/$/, ''));
    expect(existsSync(join(ROOT, built[0]!.dockerfile))).toBe(true);
  });

  it.each(ours)('starts %s by its main', (name, { command }) => {
    expect(command).toEqual(['node', `services/${name}/dist/main.js`]);
    expect(existsSync(join(ROOT, `services/${name}/src/main.ts`))).toBe(true);
  });

  it.each(ours)('gives %s settings that it accepts, and all that it needs', (name, container) => {
    const config = readConfig(settingsOf(name), environmentOf(container)) as Record<string, unknown>;
    expect(config).toMatchObject({ httpHost: '0.0.0.0', grpcHost: '0.0.0.0', broker: 'kafka' });
  });

  it('gives no setting that no service has', () => {
    const known = new Set(services.flatMap(({ settings }) => Object.values(settings).map((s) => s.env)));
    expect(ours.flatMap(([name, c]) => Object.keys(c.environment).filter((variable) => !known.has(variable)).map((variable) => `${name}: ${variable}`))).toEqual([]);
  });

  it.each(ours)('tells %s where the others are', (name, container) => {
    const environment = environmentOf(container);
    const addresses = Object.entries(settingsOf(name)).filter(([key]) => key.endsWith('Address'));
    for (const [key, { env }] of addresses) {
      const other = key.replace(/Address$/, '').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
      expect(environment[env]).toBe(`${other}:${compose.services[other]?.environment['SIGNALBOX_GRPC_PORT']}`);
    }
    for (const host of [new URL(environment['SIGNALBOX_DATABASE_URL']!).hostname, environment['SIGNALBOX_KAFKA_BROKERS']!.split(':')[0]!]) expect(Object.keys(compose.services)).toContain(host);
  });

  it('waits for what says by a health check that it is there', () => {
    for (const [name, { condition }] of containers.flatMap(([, c]) => Object.entries(c.depends_on ?? {}))) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[name]?.healthcheck).toBeDefined();
    }
  });

  it('opens only the gateway, to this machine only', () => {
    const open = containers.filter(([, c]) => c.ports).map(([name, c]) => [name, c.ports]);
    expect(open).toEqual([['gateway', [`127.0.0.1:8080:${compose.services['gateway']?.environment['SIGNALBOX_HTTP_PORT']}`]]]);
  });

  it('declares the volumes that it mounts', () => {
    const mounted = containers.flatMap(([, c]) => (c.volumes ?? []).map((v) => v.split(':')[0]!));
    expect(mounted.sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});
