import { Stack, Switch, TextInput } from '@mantine/core';
import { CrmFieldSelect, useCrmFields } from '../crm-field-select.tsx';
import type { StepProps } from '../kind-view.ts';
import { PublishedNote } from './published-note.tsx';
import { isBlank, namesSettings, takesNames, USUAL_SEPARATOR, type NamesSettings } from './settings.ts';

/** The field that takes the names, what stands between them, and whether only our own are ever cleared (PSN-3, PSN-5). */
export function NamesFields({ form }: StepProps) {
  const { connectionId } = form.values;
  const settings = namesSettings(form.values.settings);
  const set = (change: Partial<NamesSettings>) => form.setFieldValue('settings', { ...settings, ...change });
  const picklist = useCrmFields(connectionId, 'Account').data?.items.find((f) => f.name === settings.field)?.multiple === true;
  return (
    <Stack>
      <PublishedNote />
      <CrmFieldSelect
        connectionId={connectionId} object="Account" label="Field of the account" takes={takesNames} value={settings.field} onChange={(field) => set({ field, separator: '' })}
        description="A text, a long text or a multi-picklist that we may write. Names that do not fit into it are refused in the preview, and never cut." none="The accounts of this CRM have no such field that we may write. Ask the CRM’s administrator for one."
      />
      <TextInput
        label="Separator" maw={240} maxLength={5} placeholder={USUAL_SEPARATOR} disabled={picklist} value={picklist ? ';' : settings.separator} onChange={(event) => set({ separator: event.currentTarget.value })}
        description={picklist ? 'A multi-picklist always has “;”.' : 'Between two names. Empty: a semicolon and a space.'} error={isBlank(settings.separator) ? 'Names contain spaces: give it another character.' : undefined}
      />
      <Switch
        label="Exit-safe pushing" checked={settings.exitSafe} onChange={(event) => set({ exitSafe: event.currentTarget.checked })}
        description="On: names that Signalbox wrote are cleared wherever they no longer hold, in the scope or out of it, and names that others wrote are never touched. Off: in the scope the field holds exactly the names of the segments, and others’ are overwritten."
      />
    </Stack>
  );
}
