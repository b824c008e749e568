import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { COMPANIES } from './files.ts';

export interface AccountRow {
  account_id: string;
  name: string;
  website: string;
  country: string;
}

export interface CandidateRow {
  candidate_id: string;
  name: string;
  website: string;
  country: string;
  /** Empty: the accounts do not hold it. */
  true_account_id: string;
  /** How it was made. */
  kind: string;
}

export interface LeadRow {
  lead_id: string;
  email: string;
  company: string;
  country: string;
  true_account_id: string;
  kind: string;
}

const rows = <T>(file: string): T[] => parse(readFileSync(join(COMPANIES, file)), { columns: true }) as T[];

export const accounts = (): AccountRow[] => rows('crm_accounts.csv');
export const candidates = (): CandidateRow[] => rows('candidates.csv');
export const leads = (): LeadRow[] => rows('leads.csv');

/** Of an account the one that stands for its duplicates: of two with the same answer either is right. */
export function clusters(): (accountId: string) => string {
  const original = new Map(rows<{ account_id: string; duplicate_of: string }>('crm_duplicates.csv').map((r) => [r.account_id, r.duplicate_of]));
  return (accountId) => original.get(accountId) ?? accountId;
}
