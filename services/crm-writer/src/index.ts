export { startCrmWriter, migrateCrmWriter, type CrmWriterOverrides } from './start.ts';
export { crmWriterSettings, type CrmWriterConfig } from './crm-writer.config.ts';
