import type { RunCountsView } from '@signalbox/contracts';

/** What the demo reads of the REST API's answers. */
export interface PlanView {
  id: string;
  state: 'generating' | 'ready' | 'failed';
  planned: number;
  toWrite: number;
  skippedByReason: Record<string, number>;
  lookedAt: number;
  toLookAt: number;
  problem?: string;
  guardrail?: string;
}

export interface RunView {
  id: string;
  state: string;
  planId: string;
  problem?: string;
  startedAt?: string;
  finishedAt?: string;
  queuedAt?: string;
  counts: RunCountsView;
}

/** One run as the demo reports it; `--json` prints the first with `again` inside. */
export interface RunReport {
  /** Companies that the plan listed: created + skipped + failed. */
  eligible: number;
  created: number;
  /** By reason. */
  skipped: Record<string, number>;
  failed: number;
  /** Calls as the CRM itself counted them, by operation. */
  apiCalls: Record<string, number>;
  /** From "Run now" to the end of the run. */
  seconds: number;
}

export type DemoReport = RunReport & { again: RunReport };
