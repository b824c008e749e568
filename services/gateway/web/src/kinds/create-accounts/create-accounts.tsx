import { MappingStep } from '../../pages/orchestrations/mapping-step.tsx';
import { CrmCell } from '../crm-cell.tsx';
import { counted } from '../counted.ts';
import type { KindView, KindWords, StepProps } from '../kind-view.ts';
import { SegmentSelect } from '../segment-select.tsx';

const SegmentFields = ({ form }: StepProps) => (
  <SegmentSelect form={form} dynamicOnly description="A dynamic segment that is not built from a CRM list, report or filter: those companies are in the CRM already." />
);

const words: KindWords = {
  would: (plan) => `${counted(plan.toWrite, 'account')} would be created; ${counted(plan.planned, 'company', 'companies')} looked at`,
  done: 'created', lookedAt: 'companies',
};

export const createAccounts: KindView = {
  name: 'create_accounts',
  target: { label: 'Segment', Fields: SegmentFields, missing: ({ segmentId }) => (segmentId === '' ? 'Choose a segment.' : '') },
  settings: { fresh: {}, Fields: MappingStep, missing: ({ mappingProfileId }) => (mappingProfileId === '' ? 'Choose a mapping profile.' : '') },
  saved: ({ segmentId, mappingProfileId }) => ({ segmentId, mappingProfileId, settings: {} }),
  summary: () => 'Companies of the segment that the CRM does not hold yet become accounts in it.',
  words: () => words,
  parts: (plan) => [{ label: 'create', value: plan.toWrite, color: 'signal.6' }],
  records: {
    head: 'Company', title: (record) => record.companyName, named: () => [],
    columns: [{ head: 'CRM record', width: '20%', cell: (record) => <CrmCell crmId={record.crmId} /> }],
  },
};
