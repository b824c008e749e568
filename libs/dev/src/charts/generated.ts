import type { ServiceSettings } from './services.ts';
import { settingsList } from './settings-list.ts';
import { valuesSchema } from './values-schema.ts';

/** What the chart has from the services' settings: path relative to the checkout, and text. */
export function generatedChartFiles(services: ServiceSettings[]): Record<string, string> {
  return {
    'charts/signalbox/generated/settings.yaml': settingsList(services),
    'charts/signalbox/values.schema.json': `${JSON.stringify(valuesSchema(services), undefined, 2)}\n`,
  };
}
