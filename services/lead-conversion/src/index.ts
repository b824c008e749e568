export { leadConversionSettings, type LeadConversionConfig } from './lead-conversion.config.ts';
export { migrateLeadConversion, startLeadConversion, type LeadConversionOverrides } from './start.ts';
