import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { CrmField, Page } from '../api/types.ts';
import { ProblemNote } from '../design/problem-note.tsx';

interface Props {
  connectionId: string;
  object: string;
  label: string;
  description: string;
  /** Which fields are offered. */
  takes: (field: CrmField) => boolean;
  /** Said where there are none. */
  none: string;
  value: string;
  onChange: (name: string) => void;
}

const labelOf = (field: CrmField) => `${field.label} (${field.name}${field.length ? `, ${field.length.toLocaleString('en-US')} characters` : ''})`;

export const useCrmFields = (connectionId: string, object: string) =>
  useQuery({ queryKey: ['connections', connectionId, 'fields', object], enabled: connectionId !== '', retry: false, queryFn: () => api.get<Page<CrmField>>(`/connections/${connectionId}/objects/${object}/fields`) });

/** A field of the CRM, of those that can take what is written. */
export function CrmFieldSelect({ connectionId, object, label, description, takes, none, value, onChange }: Props) {
  const fields = useCrmFields(connectionId, object);
  const offered = (fields.data?.items ?? []).filter(takes);
  const gone = value !== '' && fields.data !== undefined && !offered.some((f) => f.name === value);
  return (
    <div>
      <ProblemNote error={fields.error} />
      <Select
        label={label} description={description} required searchable maw={480} allowDeselect={false} placeholder={fields.isLoading ? 'Asking the CRM …' : 'Choose a field'} nothingFoundMessage={offered.length === 0 ? none : 'No such field'}
        data={offered.map((f) => ({ value: f.name, label: labelOf(f) }))} value={value || null} onChange={(name) => onChange(name ?? '')}
        error={gone ? `The CRM has no field “${value}” that can take it any more. Choose another one.` : undefined}
      />
    </div>
  );
}
