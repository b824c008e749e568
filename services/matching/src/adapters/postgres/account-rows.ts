import { unpackProfile } from '../../domain/packed-profile.ts';
import type { Account } from '../../domain/found.ts';

export interface AccountRow {
  account_id: string;
  name: string;
  website: string;
  country: string;
  packed: string;
}

export const ACCOUNT_COLUMNS = 'account_id, name, website, country, packed';

/** PostgreSQL keeps no NUL in a text; a CRM or a caller may send one. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

export const toAccount = (row: AccountRow): Account => ({
  accountId: row.account_id, facts: { name: row.name, website: row.website, country: row.country }, profile: unpackProfile(row.packed).profile,
});

/** Rows turned into one array per column, for unnest. */
export const columnsOf = (rows: readonly (readonly unknown[])[], width: number): unknown[][] => Array.from({ length: width }, (_, at) => rows.map((row) => row[at]));
