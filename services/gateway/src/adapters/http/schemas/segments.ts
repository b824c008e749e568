import { z } from 'zod';
import { enumWords } from '../json/contract.ts';
import { named } from './registry.ts';
import { id, name, pageQuery, version } from './shared.ts';

const FieldRule = named('FieldRule', z.strictObject({
  field: z.string().min(1).max(300).describe('name, website, domain, country, industry, employees, annual_revenue, source_id, or attributes.<column>.'),
  operator: z.enum(enumWords('segments.v1.FieldOperator')), values: z.array(z.string().max(2000)).max(10_000).default([]),
}));
const SegmentRule = named('SegmentRule', z.strictObject({ segmentId: id, negate: z.boolean().default(false) }));
const CrmRule = named('CrmRule', z.strictObject({
  kind: z.enum(enumWords('segments.v1.CrmConditionKind')), connectionId: id,
  reference: z.string().max(5000).default('').describe('Of a list or report its id, of a filter its text, of an opportunity open, won or lost; of an account nothing.'),
}));

/** One node of a rule tree; exactly one of the four is given. */
export const RuleBody = named('RuleNodeInput', z.strictObject({
  get group() {
    return GroupRule.optional();
  },
  field: FieldRule.optional(), segment: SegmentRule.optional(), crm: CrmRule.optional(),
}).refine((node) => Object.values(node).filter((v) => v !== undefined).length === 1, 'Give exactly one of group, field, segment and crm'));
const GroupRule = named('GroupRule', z.strictObject({
  operator: z.enum(enumWords('segments.v1.GroupOperator')),
  get children(): z.ZodArray<typeof RuleBody> {
    return z.array(RuleBody).max(1000);
  },
}));

export const NewSegment = named('NewSegment', z.strictObject({ name, kind: z.enum(enumWords('segments.v1.SegmentKind')), rule: RuleBody.nullish().describe('Dynamic segments only.') }));
export const SegmentPatch = named('SegmentPatch', z.strictObject({ name: name.optional(), rule: RuleBody.nullish(), version }));
export const RulePreviewBody = named('RulePreview', z.strictObject({ rule: RuleBody }));
export const Publication = named('SegmentPublication', z.strictObject({
  name: name.nullish().describe('Published name, unique whatever the case; left out: the segment’s own name, also when that changes.'),
  enabled: z.boolean().default(true).describe('Whether Segment Name Enrichment writes the name to accounts.'),
}));
export const MembersChange = named('MembersChange', z.strictObject({ addCompanyIds: z.array(id).max(1000).default([]), removeCompanyIds: z.array(id).max(1000).default([]) }));

const CompanyInput = named('CompanyInput', z.strictObject({
  sourceId: z.string().max(500).describe('Its id in the system that it comes from: the key of the upsert.'), name: z.string().max(2000), website: z.string().max(2000).optional(), country: z.string().max(500).optional(),
  industry: z.string().max(2000).optional(), employees: z.int().nullish(), annualRevenue: z.number().nullish(), attributes: z.record(z.string().max(300), z.string().max(50_000)).optional(),
}));
export const CompaniesBatch = named('CompaniesBatch', z.strictObject({ companies: z.array(CompanyInput).min(1, 'Send at least one').max(1000, 'At most 1,000 at once; use POST /api/v1/companies/imports for more') }));
export const CompaniesQuery = pageQuery({ search: z.string().max(200).default('').describe('Part of a name or domain.') });
