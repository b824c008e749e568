export { startMatching, migrateMatching, type MatchingOverrides } from './start.ts';
export { matchingSettings, type MatchingConfig } from './matching.config.ts';
