import type { CompanyFacts } from './profile.ts';

/** A lead as somebody wrote it down. */
export interface LeadFacts {
  email: string;
  company: string;
  country: string;
}

/** What people type where a company is asked for and they have none. */
const NO_COMPANY = /^(n\/?a|none|null|unknown|test|asdf|qwerty|self[- ]?employed|freelance(r)?|student|personal|private|individual|home|x+|\.+|-+|\?+|tbd|company|retired|unemployed|no company|other|na|me|myself|consultant)$/i;

/** A lead as a company: its text, the host of its mail (free mail says nothing, see shared-hosts), its country. */
export function leadFacts({ email, company, country }: LeadFacts): CompanyFacts {
  const at = email.lastIndexOf('@');
  return { name: NO_COMPANY.test(company.trim()) ? '' : company, website: at < 0 ? '' : email.slice(at + 1), country };
}
