import type { Candidate } from './decision.ts';
import { profileOf, type CompanyFacts, type Profile } from './profile.ts';
import { readSite } from './website.ts';

/** A lead as somebody wrote it down. */
export interface LeadFacts {
  email: string;
  company: string;
  country: string;
  /** Goes in the place of a mail address that says nothing; may be left out. */
  website?: string;
}

/** What people type where a company is asked for and they have none. */
const NO_COMPANY = /^(n\/?a|none|null|unknown|test|asdf|qwerty|self[- ]?employed|freelance(r)?|student|personal|private|individual|home|x+|\.+|-+|\?+|tbd|company|retired|unemployed|no company|other|na|me|myself|consultant)$/i;

/** A lead as a company: its text, the host of its mail (free mail says nothing, see shared-hosts), its country. */
export function leadFacts({ email, company, country, website = '' }: LeadFacts): CompanyFacts {
  const at = email.lastIndexOf('@');
  const host = at < 0 ? '' : email.slice(at + 1);
  return { name: NO_COMPANY.test(company.trim()) ? '' : company, website: website !== '' && readSite(host).domain === '' ? website : host, country };
}

/** What a candidate is compared by. */
export const profileOfCandidate = ({ name, website, country, lead }: Candidate): Profile =>
  profileOf(lead ? leadFacts({ email: lead.email, company: name, country, website }) : { name, website, country });
