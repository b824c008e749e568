export * from './dynamics-harness.ts';
