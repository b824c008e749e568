import { readConfig } from '@signalbox/platform-config';
import { runMain } from '@signalbox/platform-service';
import { gatewaySettings } from './gateway.config.ts';
import { migrateGateway, startGateway } from './start.ts';

if (process.argv[2] === 'migrate') await migrateGateway(readConfig(gatewaySettings, process.env));
else await runMain(gatewaySettings, startGateway);
