export * from './salesforce-harness.ts';
