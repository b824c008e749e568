import { List, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Page, Prerequisite } from '../../api/types.ts';
import type { WizardForm } from '../../kinds/kind-view.ts';
import { kindView } from '../../kinds/registry.ts';

/** Each prerequisite with its own message, asked again as choices change (CNA-1). */
export function Prerequisites({ form }: { form: WizardForm }) {
  const { kind, connectionId } = form.values;
  const view = kindView(kind);
  const { segmentId, mappingProfileId, settings } = view?.saved(form.values) ?? form.values;
  // What is not filled in yet is said where it is filled in.
  const complete = connectionId !== '' && view?.settings.missing(form.values) === '';
  const [question] = useDebouncedValue({ kind, connectionId, segmentId, mappingProfileId, ...(complete ? { settings } : {}) }, 300);
  const check = useQuery({
    queryKey: ['prerequisites', question], placeholderData: (before) => before,
    queryFn: () => api.post<Page<Prerequisite>>('/orchestrations/prerequisites', question),
  });
  const items = check.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>What must hold</Text>
      <List size="sm" spacing={2}>
        {items.map((p) => (
          <List.Item key={p.name} icon={<Text span c={p.met ? 'teal' : 'red'} fw={700} aria-label={p.met ? 'holds' : 'does not hold'} role="img">{p.met ? '✓' : '✗'}</Text>}>
            {p.name.replaceAll('_', ' ')}{p.met ? '' : `: ${p.message}`}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
