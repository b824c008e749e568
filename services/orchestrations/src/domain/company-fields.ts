import type { types } from '@signalbox/contracts';

export type CompanyFieldType = 'text' | 'number' | 'any';

type Reader = (company: types.Company) => string;

const FIELDS: Record<string, { type: CompanyFieldType; read: Reader }> = {
  id: { type: 'text', read: (c) => c.id },
  source_id: { type: 'text', read: (c) => c.sourceId },
  name: { type: 'text', read: (c) => c.name },
  website: { type: 'text', read: (c) => c.website },
  domain: { type: 'text', read: (c) => c.domain },
  country: { type: 'text', read: (c) => c.country },
  industry: { type: 'text', read: (c) => c.industry },
  employees: { type: 'number', read: (c) => c.employees?.toString() ?? '' },
  annual_revenue: { type: 'number', read: (c) => c.annualRevenue?.toString() ?? '' },
};
const ATTRIBUTE = 'attributes.';

export const COMPANY_FIELD_NAMES = Object.keys(FIELDS);

/** How a company field is read; undefined when companies have no such field. Columns of the source are `attributes.<column>`. */
export function companyField(name: string): { type: CompanyFieldType; read: Reader } | undefined {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name];
  if (!name.startsWith(ATTRIBUTE) || name.length === ATTRIBUTE.length) return undefined;
  const column = name.slice(ATTRIBUTE.length);
  return { type: 'any', read: (company) => (Object.hasOwn(company.attributes, column) ? (company.attributes[column] ?? '') : '') };
}
