import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS, RPCS, SERVICES, TOPICS } from '@signalbox/contracts';
import { CONNECTORS } from '@signalbox/connectors-registry';
import { ROOT } from '@signalbox/dev';
import { parse } from 'yaml';
import { serviceSources, sources } from './sources.ts';

const folders = (dir: string) => readdirSync(join(ROOT, dir), { withFileTypes: true }).filter((e) => e.isDirectory() && !/^(\.|node_modules$|dist$)/.test(e.name)).map((e) => e.name).sort();
const serviceOf = (name: string) => name.replaceAll('_', '-');
const services = folders('services').filter((name) => name !== 'standalone');

/** Which services consume a topic: `topic: TOPICS.x` in what they hand to a consumer. */
const consumers = (key: string) => services.filter((name) => serviceSources(name).some((s) => new RegExp(`topic: TOPICS\\.${key}\\b`).test(s.text)));
const producers = (key: string) => services.filter((name) => serviceSources(name).some((s) => new RegExp(`\\.add\\(\\s*[\\w.]+,\\s*TOPICS\\.${key}\\b`).test(s.text)));

const consuming = services.filter((name) => Object.values(TOPICS).some((topic) => (topic.consumers as readonly string[]).includes(name)));

/** Names of what libs/kinds declares, by variable: a service of its own plans each. */
const declaredApart = new Map(sources('libs/kinds/src/**/*.ts').flatMap((s) => [...s.text.matchAll(/export const (\w+): KindDeclaration = \{\s*name: '(\w+)'/g)].map((m) => [m[1]!, m[2]!] as const)));
const KIND = /export const (\w+): OrchestrationKind<[^=]*= \{\s*(?:name: '(\w+)'|\.\.\.(\w+),)/g;

/** A service's kinds, each with its variable. */
const kindsOf = (service: string) => serviceSources(service).flatMap((s) => [...s.text.matchAll(KIND)].map((m) => [m[2] ?? declaredApart.get(m[3]!)!, m[1]!] as [string, string]));

describe('every RPC', () => {
  const definitions = Object.entries(SERVICES);
  const methods = definitions.flatMap(([full, definition]) => Object.values(definition.methods as Record<string, { name: string }>).map((m) => `/${full}/${m.name}`));

  it.each(methods)('%s has a permission, an idempotency and a deadline or none on purpose', (path) => {
    const rule = RPCS[path]!;
    expect(PERMISSIONS).toContain(rule.permission);
    expect(['READ', 'IDEMPOTENT', 'NONE']).toContain(rule.idempotency);
    expect(rule.timeoutMs).toBeGreaterThanOrEqual(0);
  });

  it('that has a rule exists', () => {
    expect(Object.keys(RPCS).sort()).toEqual([...methods].sort());
  });

  it.each(definitions.map(([full]) => full))('of %s is served by the service that its package names, and by no other', (full) => {
    const [, owner, , name] = full.split('.') as [string, string, string, string];
    const bound = services.filter((service) => serviceSources(service).some((s) => new RegExp(`bind\\(\\s*(\\w+\\.)?${name}Definition\\b`).test(s.text)));
    // What each service does for its own parked messages, or for the kinds that it plans, has no service of its own.
    const planning = services.filter((service) => service !== 'orchestrations' && kindsOf(service).length > 0);
    expect(bound).toEqual({ operations: consuming, kinds: planning }[owner] ?? [serviceOf(owner)]);
  });
});

describe('every topic', () => {
  const topics = Object.entries(TOPICS).map(([key, topic]) => [topic.name, key, topic.consumers] as [string, string, readonly string[]]);

  it.each(topics)('%s is consumed by the services that the contract declares, and by no others', (_, key, declared) => {
    expect(consumers(key)).toEqual([...declared].sort());
  });

  it.each(topics)('%s is filled by the service that its name begins with', (name, key) => {
    expect(producers(key)).toEqual([serviceOf(name.split('.')[0]!)]);
  });

  it.each(topics)('%s keeps workspaces apart: its key begins with the workspace', (_, key) => {
    const topic = TOPICS[key as keyof typeof TOPICS] as unknown as { key(message: object): string };
    expect(topic.key({ workspaceId: 'w1' })).toMatch(/^w1(\/|$)/);
  });
});

describe('every connector', () => {
  const names = folders('libs/connectors').filter((name) => name !== 'sdk' && name !== 'registry');

  it('is in the registry', () => {
    expect(CONNECTORS.map((c) => c.manifest.name).sort()).toEqual(names);
  });

  it.each(names)('%s passes the suite of the port', (name) => {
    const specs = sources(`libs/connectors/${name}/**/*.contract.spec.ts`);
    expect(specs.filter((s) => /from '@signalbox\/connectors-sdk\/testing'/.test(s.text) && /describeConnector\(/.test(s.text))).not.toHaveLength(0);
  });

  it.each(names)('%s has a server that speaks its protocol', (name) => {
    expect(existsSync(join(ROOT, 'libs/sandbox/src', name))).toBe(true);
  });

  it('has a writer of its own in a cluster', () => {
    const values = parse(readFileSync(join(ROOT, 'charts/signalbox/values.yaml'), 'utf8')) as { services: { crmWriter: { providers: { name: string }[] } } };
    expect(values.services.crmWriter.providers.map((p) => p.name)).toEqual(names);
  });
});

describe('every orchestration kind', () => {
  const kinds = services.flatMap(kindsOf);

  it('is found here', () => {
    const mentioned = services.flatMap((service) => serviceSources(service)).flatMap((s) => [...s.text.matchAll(/: OrchestrationKind<(?!any)/g)]);
    expect(kinds.length).toBeGreaterThan(0);
    expect(kinds).toHaveLength(mentioned.length);
    expect(kinds.map(([name]) => name)).toEqual(expect.arrayContaining([...declaredApart.values()]));
  });

  it.each(kinds)('%s ends the same with every step done twice and a crash after every step', (name, variable) => {
    const suite = new RegExp(`describeKind\\(\\s*(${variable}\\b|\\{ name: '${name}')`);
    expect(sources('{services,tests}/**/*.spec.ts').filter((s) => suite.test(s.text))).not.toHaveLength(0);
  });
});

describe('every spec', () => {
  it('says by its name what it costs, and so is run by a stage of `./signalbox test`', () => {
    const specs = sources('{libs,services,tests}/**/*.spec.{ts,tsx}').map((s) => s.path);
    expect(specs.length).toBeGreaterThan(0);
    expect(specs.filter((path) => !/\.(unit|int|contract|e2e)\.spec\.ts$/.test(path))).toEqual([]);
  });
});

describe('every folder at the top two levels', () => {
  const top = ['.ci', ...folders('.').filter((name) => name !== 'coverage' && name !== 'tmp')];
  const both = top.flatMap((name) => [name, ...folders(name).map((below) => `${name}/${below}`)]);

  it.each(both)('%s says in a README what lives there', (folder) => {
    const file = join(ROOT, folder, 'README.md');
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(150);
  });

  // A service's own page says what it is; how to add one more is told above it.
  it.each(both.filter((folder) => !/^services\//.test(folder)))('%s says how to add one more', (folder) => {
    expect(readFileSync(join(ROOT, folder, 'README.md'), 'utf8')).toMatch(/\bto add\b|\badding\b/i);
  });
});
