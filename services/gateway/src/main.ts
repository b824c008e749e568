import { runMain } from '@signalbox/platform-service';
import { gatewaySettings } from './gateway.config.ts';
import { migrateGateway, startGateway } from './start.ts';

await runMain(gatewaySettings, startGateway, migrateGateway);
