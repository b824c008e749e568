export interface LedgerEntry {
  at: string;
  operation: string;
  method: string;
  path: string;
  status: number;
  ms: number;
  fault?: string;
}

export interface RowCounts {
  created: number;
  updated: number;
  deleted: number;
  failed: number;
}

export interface LedgerReport {
  /** Requests by operation, as the client sent them. */
  operations: Record<string, number>;
  /** What ran inside composite and batch requests, by operation. */
  subrequests: Record<string, number>;
  /** Requests as the vendor counts them against the daily allocation. */
  apiCalls: number;
  rows: RowCounts;
  statuses: Record<string, number>;
  faults: Record<string, number>;
  recent?: LedgerEntry[];
}

const RECENT = 1000;
const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Counts what was asked of the sandbox. The recent list is bounded; the counts are exact. */
export class Ledger {
  private operations = new Map<string, number>();
  private subrequests = new Map<string, number>();
  private statuses = new Map<string, number>();
  private faults = new Map<string, number>();
  private recent: LedgerEntry[] = [];
  private apiCalls = 0;
  rows: RowCounts = { created: 0, updated: 0, deleted: 0, failed: 0 };

  countApiCalls(n: number): void {
    this.apiCalls += n;
  }

  subrequest(operation: string): void {
    bump(this.subrequests, operation);
  }

  record(entry: LedgerEntry): void {
    bump(this.operations, entry.operation);
    bump(this.statuses, String(entry.status));
    if (entry.fault) bump(this.faults, entry.fault);
    this.recent.push(entry);
    if (this.recent.length > 2 * RECENT) this.recent = this.recent.slice(-RECENT);
  }

  report(full = false): LedgerReport {
    return {
      operations: Object.fromEntries(this.operations),
      subrequests: Object.fromEntries(this.subrequests),
      apiCalls: this.apiCalls,
      rows: { ...this.rows },
      statuses: Object.fromEntries(this.statuses),
      faults: Object.fromEntries(this.faults),
      ...(full ? { recent: this.recent.slice(-RECENT) } : {}),
    };
  }

  reset(): void {
    this.operations.clear();
    this.subrequests.clear();
    this.statuses.clear();
    this.faults.clear();
    this.recent = [];
    this.apiCalls = 0;
    this.rows = { created: 0, updated: 0, deleted: 0, failed: 0 };
  }
}
