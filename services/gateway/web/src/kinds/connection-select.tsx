import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Connection, Page, Provider } from '../api/types.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import type { KindView, StepProps } from './kind-view.ts';

interface Props extends StepProps {
  description?: string;
  refuses?: KindView['refuses'];
}

/** Which CRM. One that the kind cannot serve is shown with the reason, and cannot be chosen. */
export function ConnectionSelect({ form, description, refuses }: Props) {
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=200') });
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => api.get<Page<Provider>>('/providers'), enabled: refuses !== undefined, staleTime: Infinity });
  const refusal = ({ provider }: Connection) => {
    const known = providers.data?.items.find((p) => p.name === provider);
    return known && refuses?.(known);
  };
  const options = (connections.data?.items ?? []).map((c) => {
    const why = refusal(c);
    return { value: c.id, label: `${c.name} (${why ?? c.status})`, disabled: why !== undefined };
  });
  return (
    <div>
      <ProblemNote error={connections.error ?? providers.error} />
      <Select
        label="CRM connection" required maw={480} placeholder="Choose a connection" description={description} value={form.values.connectionId || null} data={options} allowDeselect={false}
        onChange={(id) => {
          form.setFieldValue('connectionId', id ?? '');
          form.setFieldValue('mappingProfileId', '');
        }}
      />
    </div>
  );
}
