import { runMain } from '@signalbox/platform-service';
import { crmWriterSettings } from './crm-writer.config.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { migrateCrmWriter, startCrmWriter } from './start.ts';

await runMain(crmWriterSettings, startCrmWriter, migrateCrmWriter, { 'rotate-secrets': (config) => rotateSecrets(config, (line) => process.stdout.write(`${line}\n`)) });
