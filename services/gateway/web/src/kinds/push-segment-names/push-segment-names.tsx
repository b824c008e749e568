import { Badge, Group, Text } from '@mantine/core';
import type { Plan, PlanRecord } from '../../api/types.ts';
import { counted } from '../counted.ts';
import type { KindView, KindWords, RecordPlace } from '../kind-view.ts';
import { namesChange } from './names-change.ts';
import { NamesFields } from './names-fields.tsx';
import { ScopeFields } from './scope-fields.tsx';
import { FRESH, isBlank, namesSettings, type Scope } from './settings.ts';

const unchanged = (plan: Plan) => Math.max(0, plan.lookedAt - plan.planned);

const words: KindWords = {
  would: (plan) => `${counted(plan.toWrite, 'account')} would get other names${plan.clears > 0 ? `, ${plan.clears.toLocaleString('en-US')} of them none any more` : ''}; ${counted(unchanged(plan), 'account')} unchanged`,
  done: 'updated', lookedAt: 'accounts', unchanged,
};

const SCOPES: Record<Scope, string> = { all: 'all accounts', created_last_week: 'accounts created in the last week', created_last_day: 'accounts created in the last day', segment: 'the accounts of a segment' };

const WHOLE = { root: { height: 'auto', minHeight: 20 }, label: { whiteSpace: 'normal', overflow: 'visible', overflowWrap: 'anywhere' } } as const;
const Name = ({ color, sign, name, said }: { color: string; sign: string; name: string; said: string }) => <Badge variant="light" color={color} tt="none" radius="sm" aria-label={`${said} ${name}`} styles={WHOLE}>{sign} {name}</Badge>;

function Names({ record, settings }: { record: PlanRecord; settings: RecordPlace['settings'] }) {
  const change = namesChange(record, namesSettings(settings).separator);
  if (!change) return <Text span size="sm" c="dimmed">–</Text>;
  return (
    <Group gap={4}>
      {change.joined.map((name) => <Name key={name} color="teal" sign="+" name={name} said="joined" />)}
      {change.left.map((name) => <Name key={name} color="gray" sign="−" name={name} said="left" />)}
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
  settings: {
    fresh: { ...FRESH }, Fields: NamesFields,
    missing: ({ settings }) => {
      const { field, separator } = namesSettings(settings);
      if (field === '') return 'Choose the CRM field that takes the names.';
      return isBlank(separator) ? 'Give the separator a character other than a space.' : '';
    },
  },
  saved: ({ segmentId, settings }) => {
    const { field, scope, separator, exitSafe } = namesSettings(settings);
    return { segmentId: scope === 'segment' ? segmentId : '', mappingProfileId: '', settings: { field, scope, ...(separator ? { separator } : {}), overflow: 'refuse', exitSafe } };
  },
  summary: (given) => {
    const { field, scope, exitSafe } = namesSettings(given);
    return `The names of the published segments that an account is in are written to ${field}: ${SCOPES[scope]}${exitSafe ? '; names that Signalbox wrote are cleared wherever they no longer hold, and no others' : ''}.`;
  },
  words: () => words,
  parts: (plan) => [{ label: 'other names', value: plan.toWrite - plan.clears, color: 'signal.6' }, ...(plan.clears > 0 ? [{ label: 'no name any more', value: plan.clears, color: 'signal.3' }] : []), { label: 'unchanged', value: unchanged(plan), color: 'gray.3' }],
  records: {
    head: 'Account', title: (record) => record.companyName || record.crmId, named: () => [],
    columns: [
      { head: 'Joined and left', width: '22%', cell: (record, { settings }) => <Names record={record} settings={settings} /> },
      { head: 'Before → after', width: '24%', cell: (record, { settings }) => <BeforeAfter record={record} settings={settings} /> },
    ],
  },
};
