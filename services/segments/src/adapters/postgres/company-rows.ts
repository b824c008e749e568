import type { types } from '@signalbox/contracts';

export const COMPANY_COLUMNS = 'c.id, c.source_id, c.name, c.website, c.domain, c.country, c.industry, c.employees, c.annual_revenue, c.attributes, c.created_at, c.updated_at';

export interface CompanyRecord {
  id: string;
  source_id: string;
  name: string;
  website: string;
  domain: string;
  country: string;
  industry: string;
  employees: number | null;
  annual_revenue: number | null;
  attributes: Record<string, string>;
  created_at: Date;
  updated_at: Date;
}

export function toCompany(row: CompanyRecord): types.Company {
  return {
    id: row.id, sourceId: row.source_id, name: row.name, website: row.website, domain: row.domain, country: row.country, industry: row.industry,
    employees: row.employees ?? undefined, annualRevenue: row.annual_revenue ?? undefined, attributes: row.attributes,
    createdAt: row.created_at, updatedAt: row.updated_at,
  };
}
