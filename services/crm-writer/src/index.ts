export { startCrmWriter, migrateCrmWriter, type CrmWriterOverrides } from './start.ts';
export { rotateSecrets } from './rotate-secrets.ts';
export { crmWriterSettings, type CrmWriterConfig } from './crm-writer.config.ts';
