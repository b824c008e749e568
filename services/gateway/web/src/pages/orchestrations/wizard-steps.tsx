import { Stack, Text, TextInput } from '@mantine/core';
import type { OrchestrationKind } from '../../api/types.ts';
import { ChoiceCards } from '../../design/choice-cards.tsx';
import { ConnectionSelect } from '../../kinds/connection-select.tsx';
import type { StepProps, WizardForm } from '../../kinds/kind-view.ts';
import { kindView } from '../../kinds/registry.ts';
import { GuardrailFields } from './guardrail-fields.tsx';
import { Prerequisites } from './prerequisites.tsx';
import { ScheduleFields } from './schedule-fields.tsx';

interface Props extends StepProps {
  kinds: readonly OrchestrationKind[];
  /** It exists already: its kind stays. */
  saved: boolean;
}

const kindOf = (form: WizardForm, kinds: readonly OrchestrationKind[]) => kinds.find((k) => k.name === form.values.kind);

/** How people find it, and what it does. */
export function NameStep({ form, kinds, saved }: Props) {
  const kind = kindOf(form, kinds);
  const choose = (name: string) => {
    form.setFieldValue('kind', name);
    form.setFieldValue('settings', kindView(name)?.settings.fresh ?? {});
  };
  const missingPackage = ({ entitled, entitlement }: OrchestrationKind) => (entitled ? '' : ` Needs the package “${entitlement}”, which is not licensed.`);
  const choices = kinds.filter((k) => kindView(k.name)).map((k) => ({ value: k.name, label: k.label, text: `${k.description}${missingPackage(k)}` }));
  return (
    <Stack>
      <TextInput label="Name" placeholder={kind?.label ?? 'Create New Accounts'} description="How people will find it." required maw={480} maxLength={200} {...form.getInputProps('name')} />
      {saved ? <Text size="sm"><b>{kind?.label ?? form.values.kind}</b>: {kind?.description} What it does cannot be changed any more; for another kind, make a new orchestration.</Text> : <ChoiceCards label="What it does" choices={choices} value={form.values.kind} onChange={choose} />}
    </Stack>
  );
}

export function TargetStep({ form }: Props) {
  const target = kindView(form.values.kind)?.target;
  return target ? <target.Fields form={form} /> : <NoKind />;
}

export function ScheduleStep({ form }: Props) {
  return <ScheduleFields value={form.values.schedule} onChange={(schedule) => form.setFieldValue('schedule', schedule)} />;
}

export function SettingsStep({ form, kinds }: Props) {
  const view = kindView(form.values.kind);
  if (!view) return <NoKind />;
  return (
    <Stack>
      <ConnectionSelect form={form} refuses={view.refuses} />
      {form.values.connectionId ? <view.settings.Fields form={form} /> : null}
      <Prerequisites form={form} />
      <GuardrailFields form={form} kind={kindOf(form, kinds)} />
    </Stack>
  );
}

const NoKind = () => <Text size="sm">What is asked here depends on what it does. Choose that in the first step.</Text>;
