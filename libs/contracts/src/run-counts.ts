import type { RunCounts } from './generated/signalbox/orchestrations/v1/types.ts';

/** The counts of a run as the REST API shows them: what is counted by name is an object by that name. */
export type RunCountsView = { [K in keyof RunCounts]: RunCounts[K] extends number ? number : Record<string, number> };
