import { isAddress, readName, type NameForm } from './company-name.ts';
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
  /** The words of the name itself. */
  tokens: readonly string[];
  /** Every way in which it is called, the name itself first. */
  forms: readonly NameForm[];
  /** Legal form, folded; empty when none is written. */
  legal: string;
  host: string;
  domain: string;
  /** Registrable domain without its suffix. */
  label: string;
  /** Host without page and language labels. */
  site: string;
  /** ISO 3166 alpha-2, or empty. */
  countryCode: string;
}

export const PROFILE_VERSION = 3;

/** A NUL is no part of a text, and no database keeps one: the profile of a company is that of its account. */
const text = (written: string): string => (written.includes('\0') ? written.replaceAll('\0', '') : written);

/** The compared words of its name, without spaces; empty where none are left. */
export const coreOf = (profile: Profile): string => profile.forms[0]?.words.join('') ?? '';

export function profileOf(facts: CompanyFacts): Profile {
  const name = readName(text(facts.name));
  const written = readSite(text(facts.website));
  // A name that is an address says where the site is, when nothing else does.
  const site = written.domain === '' && isAddress(facts.name) ? readSite(facts.name) : written;
  return {
    plainName: name.plain, nameKey: name.key, tokens: name.forms[0]?.tokens ?? [], forms: name.forms, legal: name.legal,
    host: site.host, domain: site.domain, label: site.label, site: siteOf(site.host, site.domain),
    countryCode: countryCode(text(facts.country)),
  };
}
