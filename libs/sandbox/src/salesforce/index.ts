export type { FaultInput, FaultScope, JobFault, RequestFault, RowFault, SchemaFault } from './faults/fault-types.ts';
export { checksum, looksLikeId, makeId, normalizeId } from './ids.ts';
export { DEFAULT_CREDENTIALS } from './options.ts';
export type { SalesforceSandboxOptions, SandboxCredentials, SandboxSettings } from './options.ts';
export type { FieldSource, ObjectSource, SchemaSource } from './schema/schema-types.ts';
export { startSalesforceSandbox } from './server.ts';
export type { SalesforceSandbox } from './server.ts';
