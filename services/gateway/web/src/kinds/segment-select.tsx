import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Page, Segment } from '../api/types.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import type { StepProps } from './kind-view.ts';

interface Props extends StepProps {
  description: string;
  dynamicOnly?: boolean;
}

/** Which segment; those that cannot be chosen are not offered. */
export function SegmentSelect({ form, description, dynamicOnly = false }: Props) {
  const segments = useQuery({ queryKey: ['segments'], queryFn: () => api.get<Page<Segment>>('/segments?limit=200') });
  const offered = (segments.data?.items ?? []).filter((s) => !dynamicOnly || s.kind === 'dynamic');
  return (
    <Stack>
      <ProblemNote error={segments.error} />
      <Select
        label="Segment" placeholder="Choose a segment" required searchable maw={480} description={description} nothingFoundMessage={`No ${dynamicOnly ? 'dynamic ' : ''}segment of this name`}
        data={offered.map((s) => ({ value: s.id, label: `${s.name} (${s.size.toLocaleString('en-US')} companies)` }))}
        value={form.values.segmentId || null} onChange={(id) => form.setFieldValue('segmentId', id ?? '')}
      />
    </Stack>
  );
}
