export * from './salesforce/index.ts';
