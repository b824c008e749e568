import { runMain } from '@signalbox/platform-service';
import { orchestrationsSettings } from './orchestrations.config.ts';
import { migrateOrchestrations, startOrchestrations } from './start.ts';

await runMain(orchestrationsSettings, (config) => startOrchestrations(config), migrateOrchestrations);
