/** Company fields that a rule may name, beside attributes.<column>. */
export const COMPANY_FIELDS = [
  { name: 'name', label: 'Name', type: 'text' },
  { name: 'website', label: 'Website', type: 'text' },
  { name: 'domain', label: 'Domain', type: 'text' },
  { name: 'country', label: 'Country', type: 'text' },
  { name: 'industry', label: 'Industry', type: 'text' },
  { name: 'employees', label: 'Employees', type: 'number' },
  { name: 'annual_revenue', label: 'Annual revenue', type: 'number' },
  { name: 'source_id', label: 'Source id', type: 'text' },
] as const;

export type CompanyFieldName = (typeof COMPANY_FIELDS)[number]['name'];

export const ATTRIBUTE_PREFIX = 'attributes.';

export type RuleField = { kind: 'text' | 'number'; name: CompanyFieldName } | { kind: 'attribute'; column: string };

/** The field by its name in a rule; undefined when there is none of that name. */
export function ruleField(name: string): RuleField | undefined {
  if (name.startsWith(ATTRIBUTE_PREFIX)) return name.length > ATTRIBUTE_PREFIX.length ? { kind: 'attribute', column: name.slice(ATTRIBUTE_PREFIX.length) } : undefined;
  const field = COMPANY_FIELDS.find((f) => f.name === name);
  return field && { kind: field.type, name: field.name };
}
