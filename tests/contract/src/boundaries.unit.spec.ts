import { join } from 'node:path';
import { CONSTRAINTS, ROOT, checkBoundaries } from '@signalbox/dev';

/** Every file of the fixture workspace that breaks a rule, with what must be said about it. */
const EXPECTED: Record<string, string[]> = {
  'libs/connectors/acme/src/calls.ts': [
    '\'@signalbox/segments\' may not be imported here: scope:crm does not know scope:segments. Providers are known to connectors only.',
    '\'@signalbox/segments\' may not be imported here: type:connector does not know type:service. A connector knows only its port, so that adding one changes nothing else: take what is missing through connectors/sdk.',
  ],
  'libs/connectors/acme/src/index.ts': [
    '\'@signalbox/platform-grpc\' may not be imported here: type:connector does not know type:platform. A connector knows only its port, so that adding one changes nothing else: take what is missing through connectors/sdk.',
  ],
  'libs/connectors/acme/src/talks-to-its-sandbox.ts': [
    '\'@signalbox/sandbox\' may not be imported here: type:connector does not know type:sandbox. A connector knows only its port, so that adding one changes nothing else: take what is missing through connectors/sdk.',
  ],
  'libs/connectors/registry/src/does.ts': [
    '\'@signalbox/platform-grpc\' may not be imported here: type:registry does not know type:platform. The registry lists connectors, and does nothing.',
  ],
  'libs/connectors/sdk/src/index.ts': [
    '\'@signalbox/contracts\' may not be imported here: type:port does not know type:contract. A port says what is needed and not how it is done: leave frameworks and adapters to whoever implements it.',
  ],
  'libs/contracts/src/talks.ts': [
    '\'@signalbox/platform-grpc\' may not be imported here: type:contract does not know type:platform. Contracts are data: behaviour belongs to the service that speaks them.',
  ],
  'libs/dev/src/index.ts': [
    '\'@signalbox/connectors-registry\' may not be imported here: type:dev does not know type:registry. The developer tools read declared settings, and take no part in the product.',
  ],
  'libs/kernel/src/framework.ts': [
    '\'pg\' may not be imported here: type:kernel is free of frameworks. The kernel knows nothing: what needs more than itself belongs to a platform library.',
  ],
  'libs/kernel/src/index.ts': [
    '\'@signalbox/testing\' may not be imported here: type:kernel does not know type:testing. The kernel knows nothing: what needs more than itself belongs to a platform library.',
  ],
  'libs/platform/grpc/src/index.ts': [
    '\'@signalbox/segments\' may not be imported here: scope:shared does not know scope:segments. What everyone uses may not know an area: move the code, or turn the dependency round with a port.',
    '\'@signalbox/segments\' may not be imported here: type:platform does not know type:service. A platform library serves every service: it knows contracts, and no service, port or provider.',
  ],
  'libs/sandbox/src/shares.ts': [
    '\'@signalbox/connectors-sdk\' may not be imported here: type:sandbox does not know type:port. A sandbox speaks a provider\'s protocol as a stranger would: it shares no code with the connector that it tests.',
  ],
  'libs/testing/src/knows.ts': [
    '\'@signalbox/contracts\' may not be imported here: type:testing does not know type:contract. libs/testing knows only the kernel: a suite belongs into src/testing of the library that owns the port.',
  ],
  'package.json': [
    'projects import each other in a circle: @signalbox/platform-left → @signalbox/platform-right → @signalbox/platform-left. Move what both need into the inner one.',
    'projects import each other in a circle: @signalbox/segments → @signalbox/connectors-registry → @signalbox/platform-grpc → @signalbox/segments. Move what both need into the inner one.',
  ],
  'services/crm-writer/src/calls.ts': [
    '\'@signalbox/segments\' may not be imported here: scope:crm-writer does not know scope:segments. Services keep to their own area, and only crm-writer and outreach-sync know providers: send them a change batch, or listen to events.',
    '\'@signalbox/segments\' may not be imported here: type:service does not know type:service. Services know libraries, never each other: call over gRPC with a client from contracts, or listen to its events.',
  ],
  'services/gateway/web/main.ts': [
    '\'@signalbox/kernel\' may not be imported here: type:web does not know type:kernel. The console knows the API and nothing behind it.',
  ],
  'services/odd/package.json': [
    'the tag \'type:gadget\' has no rule in libs/dev/src/boundaries/constraints.ts: use a known one, or add its rule.',
  ],
  'services/segments/src/deep.ts': [
    '\'@signalbox/platform-grpc/src/client.ts\' is not an entry point of @signalbox/platform-grpc (., ./testing): import what its index exports.',
  ],
  'services/segments/src/index.ts': [
    '\'@signalbox/matching\' may not be imported here: scope:segments does not know scope:matching. Services keep to their own area, and only crm-writer and outreach-sync know providers: send them a change batch, or listen to events.',
    '\'@signalbox/matching\' may not be imported here: type:service does not know type:service. Services know libraries, never each other: call over gRPC with a client from contracts, or listen to its events.',
  ],
  'services/segments/src/itself.ts': [
    '\'@signalbox/segments\' is this project itself: import the file by its relative path.',
  ],
  'services/segments/src/leaves.ts': [
    '\'../../matching/src/index.ts\' leaves the project: import another project by its name.',
  ],
  'services/segments/src/nobody.ts': [
    '\'@signalbox/nobody\' is no project of this workspace.',
  ],
  'services/segments/src/not-shipped.ts': [
    '\'fast-check\' is a devDependency, and missing where the product runs: move it to dependencies in the root package.json.',
  ],
  'services/segments/src/provider.ts': [
    '\'@signalbox/connectors-registry\' may not be imported here: scope:segments does not know scope:crm. Services keep to their own area, and only crm-writer and outreach-sync know providers: send them a change batch, or listen to events.',
  ],
  'services/segments/src/undeclared.ts': [
    '\'lodash\' is not in the root package.json: every dependency stands there, in one version for all.',
  ],
  'services/standalone/src/index.ts': [
    '\'@signalbox/connectors-acme\' may not be imported here: type:standalone does not know type:connector. Standalone starts services; it takes no part in what they do.',
  ],
  'services/untagged/package.json': [
    'a project has exactly one tag scope:… under nx.tags, so that its rule is known; this one has [].',
    'a project has exactly one tag type:… under nx.tags, so that its rule is known; this one has [].',
  ],
  'tests/scenarios/src/console.ts': [
    '\'@signalbox/gateway-web\' may not be imported here: type:e2e does not know type:web. Tests may start everything; the console is driven through a browser.',
  ],
};

function found(root: string): Record<string, string[]> {
  const byPlace: Record<string, string[]> = {};
  for (const { place, message } of checkBoundaries(root)) (byPlace[place] ??= []).push(message);
  for (const messages of Object.values(byPlace)) messages.sort();
  return byPlace;
}

describe('boundaries between projects', () => {
  const broken = found(join(ROOT, 'libs/dev/fixtures/broken'));

  it.each(Object.keys(EXPECTED))('are broken on purpose in %s', (place) => {
    expect(broken[place]).toEqual(EXPECTED[place]);
  });

  it('allow what is not listed above, such as a sandbox in a spec of its connector', () => {
    expect(Object.keys(broken).filter((place) => !EXPECTED[place])).toEqual([]);
    expect(EXPECTED['libs/connectors/acme/src/allowed.spec.ts']).toBeUndefined();
  });

  it('have no rule that nobody has seen fail', () => {
    const said = Object.values(EXPECTED).flat().join('\n');
    const layers = [...CONSTRAINTS.keys()].filter((tag) => tag.startsWith('type:'));
    expect(layers.filter((tag) => !said.includes(`${tag} does not know`))).toEqual([]);
    for (const tag of ['scope:shared', 'scope:crm', 'scope:segments', 'scope:crm-writer']) expect(said).toContain(`${tag} does not know`);
  });

  it('hold in this repository', () => {
    expect(checkBoundaries(ROOT)).toEqual([]);
  });
});
