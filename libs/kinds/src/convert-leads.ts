import { z } from 'zod';
import type { KindDeclaration } from '@signalbox/platform-orchestration';

const name = (most: number) => z.string().trim().max(most, `At most ${most} characters`);

const settings = z.strictObject({
  /** convert: leads become contacts. write_account_id: the matched account's id is written to a field of the lead, and nothing is converted. */
  mode: z.enum(['convert', 'write_account_id']).default('convert'),
  /** Of `convert`: one of the CRM's statuses that mean "converted", by the name that its API takes. */
  convertedStatus: name(255).default(''),
  /** Of `write_account_id`: the CRM's name of the field. */
  accountIdField: name(255).default(''),
  /** The first run needs nobody to type a confirmation. */
  approvedInAdvance: z.boolean().default(false),
});

export type ConvertLeadsSettings = z.infer<typeof settings>;

/** @throws ZodError for what is no setting of this kind */
export const readConvertLeads = (given: unknown): ConvertLeadsSettings => settings.parse(given ?? {});

export const convertLeads: KindDeclaration = {
  name: 'convert_leads',
  label: 'Convert Leads to Contacts',
  description: 'Leads of the companies in a segment become contacts of the CRM account that they belong to. A conversion cannot be undone.',
  entitlement: 'orchestrations',
  object: 'Lead',
  needsSegment: true,
  needsMappingProfile: false,
  settingsSchema: settings,
  // Conversions cannot be taken back: more than these at once is for a person to say.
  guardrails: { maxRecords: 10_000, maxSharePercent: 100, maxClears: 1, shareJudgedAbove: 10_000 },
  mustBeConfirmed: (given) => {
    const { mode, approvedInAdvance } = readConvertLeads(given);
    return mode === 'convert' && !approvedInAdvance;
  },
};
