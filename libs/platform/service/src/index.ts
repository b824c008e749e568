export * from './settings.ts';
export * from './lifecycle.ts';
export * from './readiness.ts';
export * from './tokens.ts';
export * from './host.ts';
export * from './run.ts';
export * from './parts.ts';
export * from './identity.ts';
