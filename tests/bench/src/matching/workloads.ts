import { join } from 'node:path';
import { COMPANIES, type ModelName } from './files.ts';
import { generated } from './generate/sizes.ts';

/** What is decided: which account a company or a lead is, or which accounts are duplicates of each other. */
export type Subject = 'companies' | 'leads' | 'duplicates';

export interface Files {
  accounts: string;
  /** Of duplicates there are none. */
  candidates?: string;
}

export interface Workload {
  subject: Subject;
  /** With labels of real companies: what learns has seen them, and thresholds are chosen on them. */
  labelled: boolean;
  accounts: number;
  /** Of duplicates: how many there are. */
  candidates: number;
  files(seed: number): Promise<Files>;
}

const ACCOUNTS = join(COMPANIES, 'crm_accounts.csv');
const DUPLICATES = join(COMPANIES, 'crm_duplicates.csv');
const CANDIDATES: Readonly<Record<Subject, string | undefined>> = { companies: join(COMPANIES, 'candidates.csv'), leads: join(COMPANIES, 'leads.csv'), duplicates: undefined };

/** The labelled files of a subject: what those that learn are given. */
export const labelledFiles = (subject: Subject): Files => ({ accounts: ACCOUNTS, candidates: CANDIDATES[subject] });
export const labelsOf = (subject: Subject): { truth: string; duplicates: string } => ({ truth: CANDIDATES[subject] ?? DUPLICATES, duplicates: DUPLICATES });
/** Whose shipped evaluation says how it decides about those that it has not seen. */
export const MODEL_OF: Readonly<Record<Subject, ModelName | undefined>> = { companies: 'accounts', leads: 'leads', duplicates: undefined };

const labelled = (subject: Subject, candidates: number): Workload => ({ subject, labelled: true, accounts: 16_622, candidates, files: async () => labelledFiles(subject) });
const made = (accounts: number, candidates: number): Workload => ({ subject: 'companies', labelled: false, accounts, candidates, files: (seed) => generated(accounts, candidates, seed) });

/** By the names under which results.json keeps them. */
export const WORKLOADS = {
  labelled: labelled('companies', 12_000), '100k': made(100_000, 10_000), '1m': made(1_000_000, 100_000), leads: labelled('leads', 10_000), duplicates: labelled('duplicates', 868),
} as const satisfies Record<string, Workload>;
export type Size = keyof typeof WORKLOADS;
