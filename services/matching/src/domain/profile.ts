import { readName } from './company-name.ts';
import { countryCode } from './country.ts';
import { readSite, siteOf } from './website.ts';

/** A company as somebody wrote it down. */
export interface CompanyFacts {
  name: string;
  website: string;
  country: string;
}

/** A company as the engine compares it. Raise PROFILE_VERSION with any change of meaning: the index is then made anew. */
export interface Profile {
  plainName: string;
  nameKey: string;
  tokens: readonly string[];
  host: string;
  domain: string;
  /** Registrable domain without its suffix. */
  label: string;
  /** Host without page and language labels. */
  site: string;
  /** ISO 3166 alpha-2, or empty. */
  countryCode: string;
}

export const PROFILE_VERSION = 1;

/** A NUL is no part of a text, and no database keeps one: the profile of a company is that of its account. */
const text = (written: string): string => (written.includes('\0') ? written.replaceAll('\0', '') : written);

export function profileOf(facts: CompanyFacts): Profile {
  const name = readName(text(facts.name));
  const site = readSite(text(facts.website));
  return {
    plainName: name.plain, nameKey: name.key, tokens: name.tokens,
    host: site.host, domain: site.domain, label: site.label, site: siteOf(site.host, site.domain),
    countryCode: countryCode(text(facts.country)),
  };
}
