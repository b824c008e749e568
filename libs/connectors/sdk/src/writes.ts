import type { WriteOperation } from './manifest.ts';

/** What a lead shall become. Neither an account nor an opportunity is ever made along with it (CLC-4). */
export interface Conversion {
  /** The account that the contact will belong to; must exist. */
  accountId: string;
  /** A contact of that account to merge the lead into (CLC-7); empty makes a new one. */
  contactId: string;
  /** One of the CRM's own statuses that mean "converted", by the name that its API takes. */
  status: string;
}

/** A value to write; null clears the field, a field left out stays as it is. */
export type WriteValues = Readonly<Record<string, string | null>>;

export interface WriteRow {
  /** The caller's name for the row, unique in the request. */
  changeId: string;
  /** The record to update, delete or convert; empty for a creation. */
  crmId: string;
  /** Our own id of what is created, written to the external id field when there is one. */
  externalKey: string;
  /** For creations and updates; empty for the others. */
  values: WriteValues;
  /** For conversions only. */
  conversion?: Conversion;
}

export interface WriteRequest {
  object: string;
  operation: WriteOperation;
  rows: readonly WriteRow[];
  /** Field of the CRM that takes the external key; empty when it has none. */
  externalIdField: string;
}

/**
 * What came of a row.
 * - written: it is in the CRM. `existed` says that the CRM had a record with our external key already.
 *   A conversion gives the lead's id, and the contact that it became as `contactId`.
 * - skipped: the CRM's own rules stood in the way, never overridden; or there was nothing left to do: a record to update, delete or
 *   convert that is gone (`deleted_in_crm`), a lead that someone has converted (`already_converted`). Or others would be deleted along with
 *   the record, of which nobody spoke (`has_dependants`).
 * - failed: the CRM refuses this row; the message names the field.
 * - unknown: the answer was lost. Settle before anything else.
 */
export type WriteOutcome =
  | { kind: 'written'; changeId: string; crmId: string; existed: boolean; contactId?: string }
  | { kind: 'skipped'; changeId: string; crmId: string; code: string; message: string }
  | { kind: 'failed'; changeId: string; code: string; message: string }
  | { kind: 'unknown'; changeId: string; message: string };

export interface SettleRow extends WriteRow {
  /** When the write was begun. */
  attemptedAt: Date;
}

export interface SettleRequest {
  object: string;
  operation: WriteOperation;
  rows: readonly SettleRow[];
  externalIdField: string;
  /** How long after an attempt the CRM may still be at work on it: before that, "not there" is no final answer where nothing but a search can tell. */
  quietMs: number;
}

export interface SettleAnswer {
  changeId: string;
  /**
   * Records that the write may have left, likeliest first; empty when there is none. For a deletion the record's id when it is
   * gone, for a conversion the lead's when it is converted into the account that was asked for.
   */
  crmIds: string[];
  /** The contact that a conversion made or merged into. */
  contactId?: string;
  /** False when it may yet appear: ask again later, and write nothing until then. */
  final: boolean;
}
