export * from './hubspot-harness.ts';
