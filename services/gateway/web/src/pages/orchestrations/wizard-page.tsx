import { Alert, Button, Card, Group, Loader, Stack, Stepper, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Orchestration, OrchestrationKind } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import type { WizardValues } from '../../kinds/kind-view.ts';
import { kindView } from '../../kinds/registry.ts';
import { useKinds } from '../../kinds/use-kinds.ts';
import { NameStep, ScheduleStep, SettingsStep, TargetStep } from './wizard-steps.tsx';

const EMPTY: WizardValues = { name: '', kind: '', segmentId: '', schedule: { mode: 'manual', weekday: 'monday' }, connectionId: '', mappingProfileId: '', settings: {}, maxRecords: '', maxSharePercent: '', maxClears: '' };

const valuesOf = (o: Orchestration): WizardValues => ({
  name: o.name, kind: o.kind, segmentId: o.segmentId ?? '', connectionId: o.connectionId ?? '', mappingProfileId: o.mappingProfileId ?? '', settings: o.settings ?? {},
  schedule: { mode: o.schedule.mode, weekday: o.schedule.weekday ?? 'monday' },
  maxRecords: o.guardrails?.maxRecords || '', maxSharePercent: o.guardrails?.maxSharePercent || '', maxClears: o.guardrails?.maxClears || '',
});

const bodyOf = (v: WizardValues) => ({
  name: v.name, connectionId: v.connectionId, ...kindView(v.kind)?.saved(v),
  schedule: v.schedule.mode === 'weekly' ? v.schedule : { mode: v.schedule.mode },
  guardrails: { maxRecords: v.maxRecords || 0, maxSharePercent: v.maxSharePercent || 0, maxClears: v.maxClears || 0 },
});

/** What each step still misses, in the order of the steps (ORC-1). */
function missing(v: WizardValues): string[] {
  const view = kindView(v.kind);
  return [
    v.name.trim() === '' ? 'Give it a name.' : view ? '' : 'Choose what it does.',
    view?.target.missing(v) ?? '',
    v.schedule.mode === 'weekly' && !v.schedule.weekday ? 'Choose a weekday.' : '',
    !view ? '' : v.connectionId === '' ? 'Choose a connection.' : view.settings.missing(v),
  ];
}

const STEPS = [NameStep, TargetStep, ScheduleStep, SettingsStep];
const titlesOf = (kind: string) => ['Name and kind', kindView(kind)?.target.label ?? 'Segment or scope', 'Schedule', 'Settings'];

/** Name and kind, segment or scope, schedule, the kind's own settings, save. Every step can be gone back to before saving. */
export function WizardPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const existing = useQuery({ queryKey: ['orchestrations', id], queryFn: () => api.get<Orchestration>(`/orchestrations/${id}`), enabled: id !== undefined });
  const kinds = useKinds();
  if ((id && existing.isLoading) || kinds.isLoading) return <Loader />;
  if ((id && !existing.data) || !kinds.data) return <ProblemNote error={existing.error ?? kinds.error} />;
  if (existing.data && !kindView(existing.data.kind)) return <Alert color="gray">Orchestrations of the kind “{existing.data.kind}” cannot be edited here, but through the API.</Alert>;
  return <Wizard id={id} version={existing.data?.version} kinds={kinds.data.items} initial={existing.data ? valuesOf(existing.data) : EMPTY} />;
}

interface WizardProps {
  id: string | undefined;
  version: number | undefined;
  kinds: readonly OrchestrationKind[];
  initial: WizardValues;
}

function Wizard({ id, version, kinds, initial }: WizardProps) {
  const [step, setStep] = useState(0);
  const form = useForm<WizardValues>({ initialValues: initial });
  // As it was opened: what somebody else has saved since is not overwritten.
  const [opened] = useState(version);
  const save = useSave(id, opened);
  const heading = useStepHeading(step);
  const open = missing(form.values);
  const firstOpen = open.findIndex((text) => text !== '');
  const titles = titlesOf(form.values.kind);
  const last = step === STEPS.length - 1;
  const Step = STEPS[step] ?? NameStep;
  return (
    <>
      <PageHeader title={id ? 'Edit orchestration' : 'New orchestration'} hint={kinds.find((k) => k.name === form.values.kind)?.description ?? 'Saving runs nothing: it makes a preview of what a run would do.'} />
      <Stepper active={step} onStepClick={setStep} mb="lg" size="sm" wrap>
        {titles.map((label, i) => <Stepper.Step key={i} label={label} color={open[i] ? undefined : 'teal'} completedIcon={open[i] ? <Text span size="xs">!</Text> : undefined} aria-current={i === step ? 'step' : undefined} />)}
      </Stepper>
      <Card mb="md">
        <Title order={2} mb="sm" tabIndex={-1} ref={heading} style={{ outline: 'none' }}>{titles[step]}</Title>
        <Step form={form} kinds={kinds} saved={id !== undefined} />
        {open[step] ? <Text size="sm" c="dimmed" mt="sm" role="status">{open[step]}</Text> : null}
      </Card>
      <ProblemNote error={save.error} />
      <Group justify="space-between" align="flex-start">
        <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>Back</Button>
        <Stack gap={4} align="flex-end">
          <Group>
            {last ? null : <Button variant={firstOpen === -1 ? 'default' : 'filled'} onClick={() => setStep(step + 1)}>Next</Button>}
            {last || firstOpen === -1 ? <Button disabled={firstOpen !== -1} loading={save.isPending} onClick={() => save.mutate(form.values)}>Save</Button> : null}
          </Group>
          {last && firstOpen !== -1 ? <Text size="xs" c="dimmed" ta="right">Before it can be saved: {titles[firstOpen]} – {open[firstOpen]}</Text> : null}
        </Stack>
      </Group>
    </>
  );
}

/** Whoever goes on with the keyboard, or listens, is taken to the step that has come. */
function useStepHeading(step: number) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    heading.current?.focus();
  }, [step]);
  return heading;
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
