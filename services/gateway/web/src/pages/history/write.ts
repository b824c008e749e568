export interface Write {
  changeId: string;
  runId: string;
  connectionId: string;
  object: string;
  operation: 'create' | 'update';
  crmId: string | null;
  companyId: string | null;
  name: string;
  state: string;
  code: string;
  message: string;
  changes: { field: string; before: string; after: string; clear: boolean }[];
  intendedAt: string | null;
  settledAt: string | null;
}

/** What became of a write, in words. */
export const OUTCOMES: Readonly<Record<string, string>> = {
  succeeded: 'written', unknown_then_settled: 'written, found by asking', skipped: 'left alone', failed: 'refused', intended: 'no answer yet',
};
