import type { CrmRecord, PlanRecord } from '../../api/types.ts';
import { CrmCell } from '../crm-cell.tsx';
import { counted } from '../counted.ts';
import type { KindView, KindWords, RecordPlace, StepProps } from '../kind-view.ts';
import { SegmentSelect } from '../segment-select.tsx';
import { ConvertFields } from './convert-fields.tsx';
import { convertSettings, FRESH } from './settings.ts';

const SegmentFields = ({ form }: StepProps) => <SegmentSelect form={form} description="The leads of its companies: those that belong to the CRM accounts of these companies." />;

const converting: KindWords = {
  would: (plan) => `${counted(plan.toWrite, 'lead')} would be converted; ${counted(plan.planned, 'lead')} of the segment looked at`,
  done: 'converted', lookedAt: 'leads',
};
const writing: KindWords = {
  would: (plan) => `${counted(plan.toWrite, 'lead')} would get the id of ${plan.toWrite === 1 ? 'its account' : 'their accounts'}; ${counted(plan.planned, 'lead')} of the segment looked at`,
  done: 'updated', lookedAt: 'leads',
};

/** CRMs name a person in their own ways. */
function personOf(lead: CrmRecord | undefined): string | undefined {
  if (!lead) return undefined;
  const of = (...names: string[]) => names.map((name) => lead.fields[name]).find(Boolean);
  const parts = [of('FirstName', 'firstname'), of('LastName', 'lastname')].filter(Boolean).join(' ');
  return of('Name', 'fullname') ?? (parts || lead.email || undefined);
}

const lead = (record: PlanRecord, { names }: RecordPlace) => personOf(names('Lead', record.crmId)) ?? record.crmId;
const accountOf = (record: PlanRecord) => record.evidence?.accountId || undefined;

export const convertLeads: KindView = {
  name: 'convert_leads',
  target: { label: 'Segment', Fields: SegmentFields, missing: ({ segmentId }) => (segmentId === '' ? 'Choose a segment.' : '') },
  settings: {
    fresh: { ...FRESH }, Fields: ConvertFields,
    missing: ({ settings }) => {
      const { mode, convertedStatus, accountIdField } = convertSettings(settings);
      if (mode === 'convert') return convertedStatus === '' ? 'Choose the status that converted leads get.' : '';
      return accountIdField === '' ? 'Choose the field of the lead that takes the id of its account.' : '';
    },
  },
  saved: ({ segmentId, settings }) => {
    const { mode, convertedStatus, accountIdField, approvedInAdvance } = convertSettings(settings);
    return { segmentId, mappingProfileId: '', settings: mode === 'convert' ? { mode, convertedStatus, approvedInAdvance } : { mode, accountIdField } };
  },
  refuses: ({ label, convertsLeads }) => (convertsLeads ? undefined : `${label} has no leads to convert`),
  summary: (given) => {
    const { mode, convertedStatus, accountIdField } = convertSettings(given);
    return mode === 'convert' ? `Leads become contacts of their accounts, with the status “${convertedStatus}”. A conversion cannot be undone.` : `The id of its account is written to the field ${accountIdField} of each lead; no lead is converted.`;
  },
  words: (given, action) => ((action ? action === 'convert' : convertSettings(given).mode === 'convert') ? converting : writing),
  parts: (plan, given) => [{ label: convertSettings(given).mode === 'convert' ? 'convert' : 'write the id', value: plan.toWrite, color: 'signal.6' }],
  records: {
    head: 'Lead', title: lead,
    named: (record) => [{ object: 'Lead', crmId: record.crmId ?? '' }, { object: 'Account', crmId: accountOf(record) ?? '' }],
    columns: [
      { head: 'Company', width: '15%', cell: (record, { names }) => names('Lead', record.crmId)?.name ?? '–' },
      { head: 'Matched account', width: '20%', cell: (record, { names }) => <CrmCell name={names('Account', accountOf(record))?.name ?? (accountOf(record) ? record.companyName : undefined)} crmId={accountOf(record)} /> },
    ],
  },
};
