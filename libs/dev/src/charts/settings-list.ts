import { addressOf, valuesKeyOf } from './chart-owned.ts';
import type { ServiceSettings } from './services.ts';

/** generated/settings.yaml: each service's settings, by the variable that carries them. */
export function settingsList(services: ServiceSettings[]): string {
  const names = services.map((s) => s.name);
  const lines = ['# Generated from the services\' own definitions by libs/dev/src/charts. Do not edit.', 'services:'];
  for (const { name, settings } of services) {
    lines.push(`  - name: ${name}`, `    valuesKey: ${valuesKeyOf(name)}`, '    settings:');
    for (const [key, setting] of Object.entries(settings)) {
      const address = addressOf(key, names);
      const more = [...(setting.secret ? ['secret: true'] : []), ...(address ? [`addressOf: ${address}`] : [])];
      lines.push(`      - { key: ${[key, `env: ${setting.env}`, ...more].join(', ')} }`);
    }
  }
  return `${lines.join('\n')}\n`;
}
