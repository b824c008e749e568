/** Companies in CSV files, with no CRM and no database: what `signalbox match` and `signalbox dedupe` do. */
export { matchFiles, dedupeFile, type FileOptions, type FileProgress, type FileCounts, type MatchCounts, type DedupeCounts } from './match-files.ts';
export type { Subject } from './columns.ts';
export type { RowProblem } from './read-rows.ts';
