export * from './define.ts';
export * from './read.ts';
export * from './kinds.ts';
