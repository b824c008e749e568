import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigDefinition } from '@signalbox/platform-config';
import { ROOT } from '../root.ts';

export interface ServiceSettings {
  /** Folder under services/, and the last part of the package's name. */
  name: string;
  settings: ConfigDefinition;
}

/** Folders under services/ that are no service of their own in a cluster. */
const NOT_DEPLOYED = new Set(['standalone']);

const isDefinition = (value: unknown): value is ConfigDefinition =>
  typeof value === 'object' && value !== null && Object.values(value).every((s) => typeof (s as { env?: unknown })?.env === 'string');

/** Every deployed service with the settings that its package exports as `<name>Settings`. */
export async function readServiceSettings(): Promise<ServiceSettings[]> {
  const names = readdirSync(join(ROOT, 'services')).filter((n) => !NOT_DEPLOYED.has(n) && existsSync(join(ROOT, 'services', n, 'package.json')));
  return Promise.all(names.sort().map(async (name) => {
    const entry = (await import(`@signalbox/${name}`)) as Record<string, unknown>;
    const settings = Object.entries(entry).find(([key, value]) => key.endsWith('Settings') && isDefinition(value))?.[1];
    if (!settings) throw new Error(`services/${name}/src/index.ts exports no settings: export what its <name>.config.ts defines, as <name>Settings`);
    return { name, settings: settings as ConfigDefinition };
  }));
}
