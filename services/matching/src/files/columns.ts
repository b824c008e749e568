/** What is asked about: companies, or leads. */
export type Subject = 'companies' | 'leads';

/** A row of a file, in the order of its columns below; its id first. */
export type Row = readonly string[];

/** The columns that are read, by their names in the header; others are passed over. */
export const COLUMNS: Readonly<Record<Subject | 'accounts', readonly string[]>> = {
  accounts: ['account_id', 'name', 'website', 'country'],
  companies: ['candidate_id', 'name', 'website', 'country'],
  leads: ['lead_id', 'email', 'company', 'country'],
};
