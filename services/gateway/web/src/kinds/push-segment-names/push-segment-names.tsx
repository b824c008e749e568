import { Badge, Group, Text } from '@mantine/core';
import type { Plan, PlanRecord } from '../../api/types.ts';
import { counted } from '../counted.ts';
import { CrmCell } from '../crm-cell.tsx';
import type { KindView, KindWords, RecordPlace } from '../kind-view.ts';
import { namesChange } from './names-change.ts';
import { NamesFields } from './names-fields.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { FRESH, namesSettings, type Scope } from './settings.ts';

const unchanged = (plan: Plan) => Math.max(0, plan.lookedAt - plan.planned);

const words: KindWords = {
  would: (plan) => `${counted(plan.toWrite, 'account')} would get other names${plan.clears > 0 ? `, ${plan.clears.toLocaleString('en-US')} of them none any more` : ''}; ${counted(unchanged(plan), 'account')} unchanged`,
  done: 'updated', lookedAt: 'accounts', unchanged,
};

const SCOPES: Record<Scope, string> = { all: 'all accounts', created_last_week: 'accounts created in the last week', created_last_day: 'accounts created in the last day', segment: 'the accounts of a segment' };

function Names({ record, settings }: { record: PlanRecord; settings: RecordPlace['settings'] }) {
  const change = namesChange(record, namesSettings(settings).separator);
  if (!change) return <Text span size="sm" c="dimmed">–</Text>;
  return (
    <Group gap={4}>
      {change.joined.map((name) => <Badge key={name} variant="light" color="teal" tt="none" radius="sm" aria-label={`joined ${name}`}>+ {name}</Badge>)}
      {change.left.map((name) => <Badge key={name} variant="light" color="gray" tt="none" radius="sm" aria-label={`left ${name}`}>− {name}</Badge>)}
    </Group>
  );
}

function BeforeAfter({ record, settings }: { record: PlanRecord; settings: RecordPlace['settings'] }) {
  const change = namesChange(record, namesSettings(settings).separator);
  if (!change) return <Text span size="sm" c="dimmed">–</Text>;
  const empty = <Text span c="dimmed" fs="italic" size="sm">empty</Text>;
  return <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{change.before || empty} → {change.after || empty}</Text>;
}

export const pushSegmentNames: KindView = {
  name: 'push_segment_names',
  target: {
    label: 'Scope', Fields: ScopeFields,
    missing: ({ settings, segmentId }) => (namesSettings(settings).scope === 'segment' && segmentId === '' ? 'Choose the segment whose accounts are written.' : ''),
  },
  settings: { fresh: { ...FRESH }, Fields: NamesFields, missing: ({ settings }) => (namesSettings(settings).field === '' ? 'Choose the CRM field that takes the names.' : '') },
  saved: ({ segmentId, settings }) => {
    const { field, scope, separator, exitSafe } = namesSettings(settings);
    return { segmentId: scope === 'segment' ? segmentId : '', mappingProfileId: '', settings: { field, scope, ...(separator ? { separator } : {}), overflow: 'refuse', exitSafe } };
  },
  summary: (given) => {
    const { field, scope, exitSafe } = namesSettings(given);
    return `The names of the published segments that an account is in are written to ${field}: ${SCOPES[scope]}${exitSafe ? '; names that Signalbox wrote are cleared wherever they no longer hold, and no others' : ''}.`;
  },
  words: () => words,
  parts: (plan) => [{ label: 'other names', value: plan.toWrite - plan.clears, color: 'signal.6' }, { label: 'no name any more', value: plan.clears, color: 'signal.3' }, { label: 'unchanged', value: unchanged(plan), color: 'gray.3' }],
  records: {
    head: 'Account', title: (record) => record.companyName || record.crmId, named: () => [],
    columns: [
      { head: 'Joined and left', cell: (record, { settings }) => <Names record={record} settings={settings} /> },
      { head: 'Before → after', cell: (record, { settings }) => <BeforeAfter record={record} settings={settings} /> },
      { head: 'CRM record', cell: (record) => <CrmCell crmId={record.crmId} /> },
    ],
  },
};
