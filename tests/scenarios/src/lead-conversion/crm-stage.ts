import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { crmWriter } from '@signalbox/contracts';
import type { LedgerReport } from '@signalbox/sandbox';

export interface LeadGiven {
  company: string;
  email: string;
  /** Rows that a trouble is for are known by it. */
  lastName?: string;
  /** The id that an earlier match has left on the lead, in `accountIdField`. */
  earlierAccountId?: string;
}

/** What goes wrong while leads are written; each kind of each list strikes by itself. */
export type LeadTrouble =
  /** Leads with this last name are locked by somebody else, so many times. */
  | { kind: 'locked'; lastName: string; times?: number }
  /** The CRM's own rules refuse leads with this last name. */
  | { kind: 'refused'; lastName: string }
  /** The contact that a lead would become is one that the CRM takes for a duplicate of another account's. */
  | { kind: 'duplicate-rule' }
  /** Done, and the answer is lost. */
  | { kind: 'answer-lost'; times?: number }
  | { kind: 'session-expired'; times?: number }
  /** No conversion gets through, and each is told to come again after so many seconds; what is asked besides is answered. */
  | { kind: 'closed'; seconds: number }
  /** The day's allowance is used up, once. */
  | { kind: 'limit-for-today' }
  /** Every kind of bad answer and of lock, each with this chance. */
  | { kind: 'storm'; probability: number };

export interface ConvertedInto {
  accountId: string;
  contactId: string;
}

/** A CRM whose leads are converted, in words that both have in common. */
export interface CrmStage {
  readonly provider: string;
  readonly connection: crmWriter.CreateConnectionRequest;
  readonly status: string;
  /** Text field of a lead that nobody but us writes. */
  readonly accountIdField: string;
  /** Fields that a conversion sets itself, in this CRM. */
  readonly setByConversion: readonly string[];
  /** Fields that any write sets. */
  readonly setByWriting: readonly string[];
  account(name: string, website: string): string;
  contact(accountId: string, email: string): string;
  lead(given: LeadGiven): string;
  leads(): Map<string, Record<string, unknown>>;
  /** Contacts with the accounts that they belong to. */
  contacts(): Map<string, string>;
  counts(): { accounts: number; opportunities: number };
  /** What a lead of `leads()` was converted into; undefined while it is open. */
  convertedInto(lead: Record<string, unknown> | undefined): ConvertedInto | undefined;
  /** As somebody else does it, with a client of his own. */
  convertElsewhere(leadId: string, accountId: string): Promise<void>;
  remove(leadId: string): Promise<void>;
  trouble(...troubles: LeadTrouble[]): void;
  calm(): void;
  requests(): LedgerReport;
  resetRequests(): void;
  /** How long the CRM takes for an answer. */
  slow(latencyMs: number): void;
  close(): Promise<void>;
}

export type Rows = Record<string, unknown>[];

/** A schema of this spec's own, as a file. */
export function schemaFile(schema: object): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'lead-schema-'));
  const file = join(folder, 'schema.json');
  writeFileSync(file, JSON.stringify(schema));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

export const byId = (rows: Rows, id: string): Map<string, Record<string, unknown>> => new Map(rows.map((row) => [String(row[id]), row]));

export const contactsOf = (stage: CrmStage, accountId: string): string[] => [...stage.contacts()].flatMap(([id, account]) => (account === accountId ? [id] : [])).sort();

/** A lead without what a conversion sets itself, or any other write. */
export const keptOf = (stage: CrmStage, lead: Record<string, unknown> | undefined, set: readonly string[] = stage.setByConversion): Record<string, unknown> =>
  Object.fromEntries(Object.entries(lead ?? {}).filter(([field]) => !set.includes(field)));
