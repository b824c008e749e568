export interface Write {
  changeId: string;
  runId: string;
  connectionId: string;
  object: string;
  operation: 'create' | 'update' | 'delete' | 'convert';
  crmId: string | null;
  companyId: string | null;
  /** The contact that a converted lead became. */
  contactId: string | null;
  name: string;
  state: string;
  code: string;
  message: string;
  changes: { field: string; before: string; after: string; clear: boolean }[];
  intendedAt: string | null;
  settledAt: string | null;
}

/** What was done to the record, in a word. */
export const OPERATIONS: Readonly<Record<Write['operation'], string>> = { create: 'Created', update: 'Changed', delete: 'Deleted', convert: 'Converted into a contact' };

/** What became of a write, in words. */
export const OUTCOMES: Readonly<Record<string, string>> = {
  succeeded: 'written', unknown_then_settled: 'written, found by asking', skipped: 'left alone', failed: 'refused', intended: 'no answer yet',
};
