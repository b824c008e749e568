export type { DynamicsFault } from './faults/fault-types.ts';
export { DYNAMICS_CREDENTIALS } from './options.ts';
export type { DynamicsCredentials, DynamicsSandboxOptions, DynamicsSettings } from './options.ts';
export { startDynamicsSandbox } from './server.ts';
export type { DynamicsSandbox } from './server.ts';
