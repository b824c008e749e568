export { segmentsSettings, type SegmentsConfig } from './segments.config.ts';
export { migrateSegments, startSegments } from './start.ts';
