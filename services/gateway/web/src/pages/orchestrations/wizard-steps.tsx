import { Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Connection, Page, Segment } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { MappingStep } from './mapping-step.tsx';
import { Prerequisites } from './prerequisites.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import type { WizardForm } from './wizard-page.tsx';

export function NameStep({ form }: { form: WizardForm }) {
  return (
    <Stack>
      <TextInput label="Name" placeholder="Create New Accounts" description="How people will find it." required maw={480} data-autofocus {...form.getInputProps('name')} />
    </Stack>
  );
}

export function SegmentStep({ form }: { form: WizardForm }) {
  const segments = useQuery({ queryKey: ['segments'], queryFn: () => api.get<Page<Segment>>('/segments?limit=200') });
  const dynamic = (segments.data?.items ?? []).filter((s) => s.kind === 'dynamic');
  return (
    <Stack>
      <ProblemNote error={segments.error} />
      <Select
        label="Segment" placeholder="Choose a segment" required searchable maw={480} {...form.getInputProps('segmentId')}
        description="A dynamic segment that is not built from a CRM list, report or filter: those companies are in the CRM already."
        data={dynamic.map((s) => ({ value: s.id, label: `${s.name} (${s.size.toLocaleString('en-US')} companies)` }))}
        nothingFoundMessage="No dynamic segment of this name"
      />
    </Stack>
  );
}

export function ScheduleStep({ form }: { form: WizardForm }) {
  return <ScheduleFields value={form.values.schedule} onChange={(schedule) => form.setFieldValue('schedule', schedule)} />;
}

export function SettingsStep({ form }: { form: WizardForm }) {
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=200') });
  return (
    <Stack>
      <ProblemNote error={connections.error} />
      <Select
        label="CRM connection" required maw={480} placeholder="Choose a connection" value={form.values.connectionId || null}
        data={(connections.data?.items ?? []).map((c) => ({ value: c.id, label: `${c.name} (${c.status})` }))}
        onChange={(v) => {
          form.setFieldValue('connectionId', v ?? '');
          form.setFieldValue('mappingProfileId', '');
        }}
      />
      {form.values.connectionId ? <MappingStep form={form} /> : null}
      <Prerequisites form={form} />
      <div>
        <Text size="sm" fw={500}>Guardrails</Text>
        <Text size="xs" c="dimmed" mb="xs">A plan past one of these halts before its first write. Empty means the usual limit.</Text>
        <Group>
          <NumberInput label="Most records in one run" min={1} allowDecimal={false} thousandSeparator="," w={220} {...form.getInputProps('maxRecords')} />
          <NumberInput label="Most of the CRM changed" min={0.01} max={100} suffix=" %" w={220} {...form.getInputProps('maxSharePercent')} />
        </Group>
      </div>
    </Stack>
  );
}
