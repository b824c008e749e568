export { testDatabase, testPostgresUrl } from './test-database.ts';
export type { TestDatabase, TestDatabaseOptions } from './test-database.ts';
export { sharedPart } from './shared-part.ts';
export { freePort } from '../embedded/free-port.ts';
