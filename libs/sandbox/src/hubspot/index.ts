export type { FaultInput as HubspotFaultInput } from './faults/fault-types.ts';
export { DEFAULT_HUBSPOT_CREDENTIALS } from './options.ts';
export type { HubspotCredentials, HubspotSandboxOptions, HubspotSettings } from './options.ts';
export type { PropertySource, SchemaSource as HubspotSchemaSource } from './schema/schema-types.ts';
export { startHubspotSandbox } from './server.ts';
export type { HubspotSandbox } from './server.ts';
