export { convertLeads, readConvertLeads, type ConvertLeadsSettings } from './convert-leads.ts';
