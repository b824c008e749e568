export { runSandboxCommand } from './command.ts';
export type { LedgerEntry, LedgerReport, RowCounts } from './serving/ledger.ts';
export type { SeedResult } from './serving/control.ts';
export * from './salesforce/index.ts';
export * from './dynamics/index.ts';
export * from './hubspot/index.ts';
