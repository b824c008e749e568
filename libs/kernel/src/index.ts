export * from './errors.ts';
export * from './ids.ts';
export * from './clock.ts';
export * from './retry.ts';
export * from './chunk.ts';
