import { countryKey } from './country.ts';
import { registrableDomain } from './website.ts';

/** A company as a source gives it: text as it stands there. */
export interface GivenCompany {
  /** Empty when the source has no ids. */
  sourceId: string;
  name: string;
  website: string;
  country: string;
  industry: string;
  employees?: number;
  /** In the currency of the source. */
  annualRevenue?: number;
  attributes: Record<string, string>;
}

/** A company ready to be stored. */
export interface CompanyDraft {
  sourceId: string;
  name: string;
  website: string;
  domain: string;
  country: string;
  countryKey: string;
  industry: string;
  employees: number | null;
  annualRevenue: number | null;
  attributes: Record<string, string>;
}

/** Why a company, or one line of a file, was not taken as it is. */
export interface CompanyProblem {
  code: string;
  /** The field, as the company has it. */
  field: string;
  message: string;
}

/** Longest values, in characters. */
export const LONGEST = { name: 500, website: 2_000, country: 200, industry: 300, sourceId: 200, attribute: 4_000, attributeName: 100 };
export const MOST_ATTRIBUTES = 200;

const labels = { name: 'The name', website: 'The website', country: 'The country', industry: 'The industry', sourceId: 'The id' };
const problem = (code: string, field: string, message: string): CompanyProblem => ({ code: `segments.company.${code}`, field, message });

function textProblem(given: GivenCompany): CompanyProblem | undefined {
  for (const field of Object.keys(labels) as (keyof typeof labels)[]) {
    const value = given[field];
    if (value.length > LONGEST[field]) {
      return problem('too_long', field, `${labels[field]} has ${value.length} characters; at most ${LONGEST[field]} are kept. Shorten it.`);
    }
    if (value.includes('\0')) return problem('nul_character', field, `${labels[field]} contains a NUL character. Remove it.`);
  }
  return undefined;
}

function attributesProblem(attributes: Record<string, string>): CompanyProblem | undefined {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    return problem('too_many_attributes', 'attributes', `There are ${entries.length} further columns; at most ${MOST_ATTRIBUTES} are kept. Leave some out.`);
  }
  for (const [name, value] of entries) {
    const field = `attributes.${name}`;
    if (name === '' || name.length > LONGEST.attributeName || name.includes('\0')) {
      return problem('attribute_name', field.slice(0, 200), `A further column needs a name of 1 to ${LONGEST.attributeName} characters. Rename it.`);
    }
    if (value.length > LONGEST.attribute) {
      return problem('too_long', field, `The value of '${name}' has ${value.length} characters; at most ${LONGEST.attribute} are kept. Shorten it.`);
    }
    if (value.includes('\0')) return problem('nul_character', field, `The value of '${name}' contains a NUL character. Remove it.`);
  }
  return undefined;
}

function numberProblem(given: GivenCompany): CompanyProblem | undefined {
  const { employees, annualRevenue } = given;
  if (employees !== undefined && (!Number.isSafeInteger(employees) || employees < 0)) {
    return problem('employees', 'employees', `The number of employees is ${employees}; give a whole number from 0.`);
  }
  if (annualRevenue !== undefined && !Number.isFinite(annualRevenue)) {
    return problem('annual_revenue', 'annual_revenue', `The annual revenue is ${annualRevenue}; give a number.`);
  }
  return undefined;
}

/** What makes a company without an id recognisable the next time: its name, domain and country, spelling details aside. */
export function identityText(draft: Pick<CompanyDraft, 'name' | 'domain' | 'countryKey'>): string {
  const name = draft.name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return JSON.stringify([name, draft.domain, draft.countryKey]);
}

/** The company to store, or why it cannot be. `idFor` gives a stable id for a company whose source has none. */
export function draftCompany(given: GivenCompany, idFor: (identity: string) => string): CompanyDraft | CompanyProblem {
  const trimmed: GivenCompany = {
    ...given,
    name: given.name.trim(), website: given.website.trim(), country: given.country.trim(), industry: given.industry.trim(), sourceId: given.sourceId.trim(),
  };
  if (trimmed.name === '') return problem('name_missing', 'name', 'The company has no name. Give it one.');
  const found = textProblem(trimmed) ?? attributesProblem(trimmed.attributes) ?? numberProblem(trimmed);
  if (found) return found;
  const draft: CompanyDraft = {
    ...trimmed,
    domain: registrableDomain(trimmed.website),
    countryKey: countryKey(trimmed.country),
    employees: trimmed.employees ?? null,
    annualRevenue: trimmed.annualRevenue ?? null,
  };
  if (draft.sourceId === '') draft.sourceId = idFor(identityText(draft));
  return draft;
}

export const isProblem = (value: CompanyDraft | CompanyProblem): value is CompanyProblem => 'code' in value;
