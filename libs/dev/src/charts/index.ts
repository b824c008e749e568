export { CHART_OWNED, NOT_IN_A_CLUSTER, addressOf, valuesKeyOf } from './chart-owned.ts';
export { generatedChartFiles } from './generated.ts';
export { readServiceSettings, type ServiceSettings } from './services.ts';
