import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@signalbox/dev';
import { CHART_OWNED, NOT_IN_A_CLUSTER, addressOf, generatedChartFiles, readServiceSettings, valuesKeyOf, type ServiceSettings } from '@signalbox/dev/settings';

interface Closed { additionalProperties: boolean; properties: Record<string, Closed> }

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('every setting of every service', () => {
  let services: ServiceSettings[];
  let names: string[];
  const schema = JSON.parse(read('charts/signalbox/values.schema.json')) as Closed;

  beforeAll(async () => {
    services = await readServiceSettings();
    names = services.map((s) => s.name);
  });

  it('can be given in the chart, or is left out with a reason', () => {
    const missing = services.flatMap(({ name, settings }) => {
      const own = schema.properties.services!.properties[valuesKeyOf(name)]?.properties;
      const given = (key: string) => own?.settings?.properties[key] ?? own?.secretSettings?.properties[key] ?? CHART_OWNED[key] ?? NOT_IN_A_CLUSTER[key] ?? addressOf(key, names);
      return Object.keys(settings).filter((key) => !given(key)).map((key) => `${name}.${key}`);
    });
    expect(missing).toEqual([]);
  });

  it('is in the generated files as it is in the code', () => {
    for (const [path, text] of Object.entries(generatedChartFiles(services))) expect(read(path)).toBe(text);
  });

  it('says what it does, and has a name of its own with a SIGNALBOX_ before it', () => {
    for (const { settings } of services) {
      const variables = Object.values(settings).map((s) => s.env);
      expect(variables.filter((v) => !/^SIGNALBOX_[A-Z0-9_]+$/.test(v))).toEqual([]);
      expect(new Set(variables).size).toBe(variables.length);
      expect(Object.values(settings).filter((s) => s.description.length < 20).map((s) => s.env)).toEqual([]);
    }
  });

  it('that the chart gives by itself is one that a service has', () => {
    const known = new Set(services.flatMap(({ settings }) => Object.keys(settings)));
    expect([...Object.keys(CHART_OWNED), ...Object.keys(NOT_IN_A_CLUSTER)].filter((key) => !known.has(key))).toEqual([]);
  });

  it('names the same thing by the same variable in every service', () => {
    const byKey = new Map<string, Set<string>>();
    for (const [key, setting] of services.flatMap(({ settings }) => Object.entries(settings))) byKey.set(key, (byKey.get(key) ?? new Set()).add(setting.env));
    expect([...byKey].filter(([, variables]) => variables.size > 1)).toEqual([]);
  });

  it('is in a values file that names every service', () => {
    const given = [...read('charts/signalbox/values.yaml').split(/^services:$/m)[1]!.matchAll(/^ {2}(\w+):$/gm)].map((m) => m[1]!);
    expect(given.sort()).toEqual(names.map(valuesKeyOf).sort());
  });
});
