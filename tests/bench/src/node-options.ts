import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Values {
  defaults: { resources: { limits: { memory: string } } };
  services: Record<string, { heapMb?: number } | undefined>;
}

const values = parse(readFileSync(new URL('../../../charts/signalbox/values.yaml', import.meta.url), 'utf8')) as Values;
const camel = (service: string) => service.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What Node is given by the image and the chart; where the chart gives no heap, Node takes half of the container's limit. `service`: "crm-writer". */
export function nodeOptionsOf(service: string): string[] {
  const limitMb = Number(/^(\d+)Mi$/.exec(values.defaults.resources.limits.memory)?.[1]);
  const heapMb = values.services[camel(service)]?.heapMb ?? limitMb / 2;
  if (!(heapMb > 0)) throw new Error(`values.yaml gives ${service} no memory that can be read`);
  return ['--max-semi-space-size=16', `--max-old-space-size=${heapMb}`];
}
