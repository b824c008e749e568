import { Button, Group, Modal, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Page, PublishedSegment, Segment } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { usePublish } from './use-published.ts';

interface Props {
  opened: boolean;
  /** The one that is changed; without, a segment is chosen. */
  present?: PublishedSegment;
  taken: PublishedSegment[];
  onClose: () => void;
}

/** Publishes a segment, or changes its published name. */
export function PublishModal(props: Props) {
  return <Modal opened={props.opened} onClose={props.onClose} title={props.present ? 'Change the published name' : 'Publish a segment'}>{props.opened ? <PublishForm {...props} /> : null}</Modal>;
}

function PublishForm({ present, taken, onClose }: Props) {
  const segments = useQuery({ queryKey: ['segments', 'all'], enabled: !present, queryFn: () => api.get<Page<Segment>>('/segments?limit=1000') });
  const [segmentId, choose] = useState<string | null>(present?.segmentId ?? null);
  const [name, setName] = useState(present?.renamed ? present.name : '');
  const [enabled, enable] = useState(present?.enabled ?? true);
  const save = usePublish(onClose);
  const free = (segments.data?.items ?? []).filter((s) => !taken.some((one) => one.segmentId === s.id));
  const own = present?.segmentName ?? free.find((s) => s.id === segmentId)?.name;
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (segmentId) save.mutate({ segmentId, name: name.trim() || undefined, enabled }); }}>
      <Stack>
        {present ? null : <Select label="Segment" required searchable placeholder="Choose a segment" data={free.map((s) => ({ value: s.id, label: s.name }))} value={segmentId} onChange={choose} nothingFoundMessage="No segment that is not published yet" />}
        <TextInput label="Published name" description="Left empty, it is the segment’s own name, also when that changes." placeholder={own} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus={present ? true : undefined} />
        <Switch label="Enabled for Segment Name Enrichment" description="Its name is written to the accounts of its companies." checked={enabled} onChange={(event) => enable(event.currentTarget.checked)} />
        <ProblemNote error={segments.error ?? save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={!segmentId}>{present ? 'Save' : 'Publish'}</Button>
        </Group>
      </Stack>
    </form>
  );
}
