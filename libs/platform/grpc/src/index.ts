export * from './server.ts';
export * from './client.ts';
export * from './clients.ts';
export * from './error-mapping.ts';
export { orMissing } from './or-missing.ts';
