export * from './fail-points.ts';
export * from './describe-kind.ts';
