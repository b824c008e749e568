export { orchestrationsSettings, type OrchestrationsConfig } from './orchestrations.config.ts';
export { migrateOrchestrations, startOrchestrations, type OrchestrationsOverrides } from './start.ts';
