import { Button, Card, Group, Loader, Stack, Stepper, Text } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Orchestration } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { NameStep, ScheduleStep, SegmentStep, SettingsStep } from './wizard-steps.tsx';

export interface WizardValues {
  name: string;
  kind: string;
  segmentId: string;
  schedule: { mode: 'manual' | 'daily' | 'weekly'; weekday: string };
  connectionId: string;
  mappingProfileId: string;
  maxRecords: number | '';
  maxSharePercent: number | '';
}

export type WizardForm = UseFormReturnType<WizardValues>;

const EMPTY: WizardValues = { name: '', kind: 'create_accounts', segmentId: '', schedule: { mode: 'manual', weekday: 'monday' }, connectionId: '', mappingProfileId: '', maxRecords: '', maxSharePercent: '' };

const valuesOf = (o: Orchestration): WizardValues => ({
  ...EMPTY, name: o.name, kind: o.kind, segmentId: o.segmentId, connectionId: o.connectionId, mappingProfileId: o.mappingProfileId,
  schedule: { mode: o.schedule.mode, weekday: o.schedule.weekday ?? 'monday' },
  maxRecords: o.guardrails?.maxRecords || '', maxSharePercent: o.guardrails?.maxSharePercent || '',
});

const bodyOf = (v: WizardValues) => ({
  name: v.name, segmentId: v.segmentId, connectionId: v.connectionId, mappingProfileId: v.mappingProfileId,
  schedule: v.schedule.mode === 'weekly' ? v.schedule : { mode: v.schedule.mode },
  guardrails: { maxRecords: v.maxRecords || 0, maxSharePercent: v.maxSharePercent || 0 },
});

/** What each step still misses, in the order of the steps (ORC-1). */
const missing = (v: WizardValues): string[] => [
  v.name.trim() === '' ? 'Give it a name.' : '',
  v.segmentId === '' ? 'Choose a segment.' : '',
  v.schedule.mode === 'weekly' && !v.schedule.weekday ? 'Choose a weekday.' : '',
  v.connectionId === '' ? 'Choose a connection.' : v.mappingProfileId === '' ? 'Choose a mapping profile.' : '',
];

const STEPS = ['Name', 'Segment', 'Schedule', 'Settings'];

/** Name, segment, schedule, the kind's own settings, save. Every step can be gone back to before saving. */
export function WizardPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const existing = useQuery({ queryKey: ['orchestrations', id], queryFn: () => api.get<Orchestration>(`/orchestrations/${id}`), enabled: id !== undefined });
  if (id && existing.isLoading) return <Loader />;
  if (id && !existing.data) return <ProblemNote error={existing.error} />;
  return <Wizard id={id} version={existing.data?.version} initial={existing.data ? valuesOf(existing.data) : EMPTY} />;
}

function Wizard({ id, version, initial }: { id: string | undefined; version: number | undefined; initial: WizardValues }) {
  const [step, setStep] = useState(0);
  const form = useForm<WizardValues>({ initialValues: initial });
  // As it was opened: what somebody else has saved since is not overwritten.
  const [opened] = useState(version);
  const save = useSave(id, opened);
  const open = missing(form.values);
  const firstOpen = open.findIndex((text) => text !== '');
  return (
    <>
      <PageHeader title={id ? 'Edit orchestration' : 'Create New Accounts'} hint="Companies of a segment that your CRM does not hold yet become accounts in it. Saving runs nothing." />
      <Stepper active={step} onStepClick={setStep} mb="lg" size="sm">
        {STEPS.map((label, i) => <Stepper.Step key={label} label={label} color={open[i] ? undefined : 'teal'} completedIcon={open[i] ? <Text span size="xs">!</Text> : undefined} />)}
      </Stepper>
      <Card mb="md">
        {step === 0 ? <NameStep form={form} /> : null}
        {step === 1 ? <SegmentStep form={form} /> : null}
        {step === 2 ? <ScheduleStep form={form} /> : null}
        {step === 3 ? <SettingsStep form={form} /> : null}
        {open[step] ? <Text size="sm" c="dimmed" mt="sm">{open[step]}</Text> : null}
      </Card>
      <ProblemNote error={save.error} />
      <Group justify="space-between">
        <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>Back</Button>
        <Stack gap={4} align="flex-end">
          <Group>
            {step < STEPS.length - 1 ? <Button variant={firstOpen === -1 ? 'default' : 'filled'} onClick={() => setStep(step + 1)}>Next</Button> : null}
            {step === STEPS.length - 1 || firstOpen === -1 ? <Button disabled={firstOpen !== -1} loading={save.isPending} onClick={() => save.mutate(form.values)}>Save</Button> : null}
          </Group>
          {step === STEPS.length - 1 && firstOpen !== -1 ? <Text size="xs" c="dimmed">Before it can be saved: {STEPS[firstOpen]} – {open[firstOpen]}</Text> : null}
        </Stack>
      </Group>
    </>
  );
}

function useSave(id: string | undefined, version: number | undefined) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (values: WizardValues) => (id ? api.patch<Orchestration>(`/orchestrations/${id}`, { ...bodyOf(values), version }) : api.post<Orchestration>('/orchestrations', { kind: values.kind, ...bodyOf(values) })),
    onSuccess: async (saved) => {
      notifications.show({ message: saved.notice || 'Saved; a preview is being generated.', color: 'teal' });
      await queries.invalidateQueries({ queryKey: ['orchestrations'] });
      await navigate({ to: `/orchestrations/${saved.id}` });
    },
  });
}
