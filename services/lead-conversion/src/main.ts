import { runMain } from '@signalbox/platform-service';
import { leadConversionSettings } from './lead-conversion.config.ts';
import { migrateLeadConversion, startLeadConversion } from './start.ts';

await runMain(leadConversionSettings, (config) => startLeadConversion(config), migrateLeadConversion);
