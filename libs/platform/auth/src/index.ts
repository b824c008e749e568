export * from './principal.ts';
export * from './service-tokens.ts';
export * from './authenticator.ts';
