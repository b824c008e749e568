import { Alert, Checkbox, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ConvertedStatus, Page } from '../../api/types.ts';
import { ChoiceCards } from '../../design/choice-cards.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { CrmFieldSelect } from '../crm-field-select.tsx';
import type { StepProps } from '../kind-view.ts';
import { convertSettings, takesAccountId, type ConvertLeadsSettings } from './settings.ts';

const MODES = [
  { value: 'convert', label: 'Convert', text: 'Each lead becomes a contact of the account that it belongs to. This cannot be undone.' },
  { value: 'write_account_id', label: 'Write the account’s id', text: 'The id of the account is written to a text field of the lead. The lead stays a lead, and the run can be undone.' },
];

/** Convert, with the status that converted leads get; or write the account's id to a field. */
export function ConvertFields({ form }: StepProps) {
  const settings = convertSettings(form.values.settings);
  const set = (change: Partial<ConvertLeadsSettings>) => form.setFieldValue('settings', { ...settings, ...change });
  return (
    <Stack>
      <ChoiceCards label="What happens to a lead" choices={MODES} columns={2} value={settings.mode} onChange={(mode) => set({ mode: mode as ConvertLeadsSettings['mode'] })} />
      {settings.mode === 'convert' ? <Converting connectionId={form.values.connectionId} scheduled={form.values.schedule.mode !== 'manual'} settings={settings} set={set} /> : (
        <CrmFieldSelect
          connectionId={form.values.connectionId} object="Lead" label="Field of the lead" takes={takesAccountId} value={settings.accountIdField} onChange={(accountIdField) => set({ accountIdField })}
          description="A text field that we may write. Where it has a value already, it is left as it is." none="The leads of this CRM have no text field that we may write. Ask the CRM’s administrator for one."
        />
      )}
    </Stack>
  );
}

interface ConvertingProps {
  connectionId: string;
  scheduled: boolean;
  settings: ConvertLeadsSettings;
  set: (change: Partial<ConvertLeadsSettings>) => void;
}

function Converting({ connectionId, scheduled, settings, set }: ConvertingProps) {
  const statuses = useQuery({ queryKey: ['connections', connectionId, 'converted-statuses'], queryFn: () => api.get<Page<ConvertedStatus>>(`/connections/${connectionId}/converted-statuses`), retry: false });
  const offered = statuses.data?.items ?? [];
  // One that the CRM no longer has is shown as what it is, so that another can be chosen.
  const gone = settings.convertedStatus !== '' && statuses.data !== undefined && !offered.some((s) => s.name === settings.convertedStatus);
  return (
    <>
      <ProblemNote error={statuses.error} />
      <Select
        label="Status of converted leads" required maw={480} placeholder={statuses.isLoading ? 'Asking the CRM …' : 'Choose a status'} allowDeselect={false}
        description="The CRM’s own statuses that mean “converted”." nothingFoundMessage="The CRM has no status that means “converted”."
        data={offered.map((s) => ({ value: s.name, label: `${s.label}${s.isDefault ? ' (the CRM’s usual one)' : ''}` }))}
        value={settings.convertedStatus || null} onChange={(name) => set({ convertedStatus: name ?? '' })}
        error={gone ? `The CRM no longer has the status “${settings.convertedStatus}”. Choose another one.` : undefined}
      />
      <Alert color="orange" title="A conversion cannot be undone">
        No CRM turns a contact back into its lead. So the first run asks a person to type the name of the orchestration{scheduled ? ', and scheduled runs wait until that has happened' : ''}.
        <Checkbox mt="sm" label="Approved in advance: run without that confirmation" checked={settings.approvedInAdvance} onChange={(event) => set({ approvedInAdvance: event.currentTarget.checked })} />
      </Alert>
    </>
  );
}
