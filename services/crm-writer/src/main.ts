import { runMain } from '@signalbox/platform-service';
import { crmWriterSettings } from './crm-writer.config.ts';
import { migrateCrmWriter, startCrmWriter } from './start.ts';

await runMain(crmWriterSettings, startCrmWriter, migrateCrmWriter);
