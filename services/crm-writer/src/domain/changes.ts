/** What a batch does to every one of its records. */
export type WriteOperation = 'create' | 'update';

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

/** One record to write. */
export interface Change {
  changeId: string;
  companyId: string;
  /** Empty for a creation. */
  crmId: string;
  fields: FieldValue[];
  identity: Identity | undefined;
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
export function rowOf(change: Change) {
  return {
    changeId: change.changeId, crmId: change.crmId, externalKey: change.companyId,
    values: Object.fromEntries(change.fields.map((f) => [f.field, f.after])) as Record<string, string | null>,
  };
}
