/** What a batch does to every one of its records. */
export type WriteOperation = 'create' | 'update' | 'delete' | 'convert';

/** A field of a record as it was and as it shall be; `after` null clears it. */
export interface FieldValue {
  field: string;
  before: string;
  after: string | null;
}

export interface Identity {
  name: string;
  website: string;
  country: string;
}

/** What a lead shall become. */
export interface Conversion {
  accountId: string;
  contactId: string;
  status: string;
}

/** One record to write. */
export interface Change {
  changeId: string;
  companyId: string;
  /** Empty for a creation. */
  crmId: string;
  /** Of a record to delete: what it is expected to hold. */
  fields: FieldValue[];
  identity: Identity | undefined;
  /** For conversions only. */
  conversion?: Conversion;
}

export interface ChangeBatch {
  workspaceId: string;
  batchId: string;
  runId: string;
  connectionId: string;
  object: string;
  operation: WriteOperation;
  externalIdField: string;
  plannedAtSequence: number;
  /** What was planned holds only as long as the records are what they were; see `domain/expected.ts`. */
  checkBefore: boolean;
  changes: Change[];
}

export type OutcomeState = 'succeeded' | 'skipped' | 'failed' | 'unknown_then_settled';

/** What came of a change, as the ledger keeps it. */
export interface ChangeOutcome {
  changeId: string;
  state: OutcomeState;
  crmId: string;
  /** Stable, e.g. "created". */
  code: string;
  message: string;
  /** The contact that a converted lead became. */
  contactId?: string;
}

export interface SettledChange extends ChangeOutcome {
  beforeImage: FieldValue[];
}

/** An intent that was begun before and has no outcome: the process died, or the answer was lost. */
export interface OpenIntent {
  changeId: string;
  attemptedAt: Date;
}

/** A change as a row to write: the company's id is the key under which the CRM knows what we created. */
export function rowOf(change: Change, operation: WriteOperation) {
  const values: Record<string, string | null> = operation === 'create' || operation === 'update' ? Object.fromEntries(change.fields.map((f) => [f.field, f.after])) : {};
  return { changeId: change.changeId, crmId: change.crmId, externalKey: change.companyId, values, conversion: change.conversion };
}
