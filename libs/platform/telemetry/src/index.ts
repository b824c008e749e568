export * from './context.ts';
export * from './logger.ts';
export * from './nest-logger.ts';
export * from './metrics.ts';
