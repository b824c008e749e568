import { comparedWords } from '../../domain/company-name.ts';
import type { Account } from '../../domain/decision.ts';
import { PROFILE_VERSION, profileOf, type CompanyFacts } from '../../domain/profile.ts';
import { siteOf } from '../../domain/website.ts';

export interface AccountRow {
  account_id: string;
  name: string;
  website: string;
  country: string;
  plain_name: string;
  name_key: string;
  tokens: string;
  host: string;
  domain: string;
  label: string;
  country_code: string;
}

export const ACCOUNT_COLUMNS = 'account_id, name, website, country, plain_name, name_key, tokens, host, domain, label, country_code';

/** PostgreSQL keeps no NUL in a text; a CRM or a caller may send one. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

export function toAccount(row: AccountRow): Account {
  const tokens = row.tokens === '' ? [] : row.tokens.split(' ');
  return {
    accountId: row.account_id,
    facts: { name: row.name, website: row.website, country: row.country },
    profile: {
      plainName: row.plain_name, nameKey: row.name_key, tokens, forms: tokens.length === 0 ? [] : [{ tokens, words: comparedWords(tokens) }], legal: '',
      host: row.host, domain: row.domain, label: row.label, site: siteOf(row.host, row.domain), countryCode: row.country_code,
    },
  };
}

/** A company's columns as the index keeps them, after the id: in the order of ACCOUNT_COLUMNS, then the profile's version. */
export function factColumns(facts: CompanyFacts): (string | number)[] {
  const clean = { name: storable(facts.name), website: storable(facts.website), country: storable(facts.country) };
  const p = profileOf(clean);
  return [clean.name, clean.website, clean.country, p.plainName, p.nameKey, p.tokens.join(' '), p.host, p.domain, p.label, p.countryCode, PROFILE_VERSION];
}

/** Rows turned into one array per column, for unnest. */
export const columnsOf = (rows: readonly (readonly unknown[])[], width: number): unknown[][] => Array.from({ length: width }, (_, at) => rows.map((row) => row[at]));
