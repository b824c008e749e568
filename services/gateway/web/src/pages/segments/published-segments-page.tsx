import { Alert, Button, Group, Loader, Stack, Switch, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { PublishedSegment, Session } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { PublishModal } from './publish-modal.tsx';
import { usePublish, usePublished, useUnpublish } from './use-published.ts';

const MOST = 200;

/** Settings > Published segments: which segments are shown outside of Signalbox, and by which names (PSN-2). */
export function PublishedSegmentsPage() {
  const session = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session'), staleTime: Infinity });
  const may = (word: string) => session.data?.permissions.includes(word) ?? false;
  const published = usePublished(may('segments_read'));
  const [publishing, { open, close }] = useDisclosure(false);
  const all = published.data?.items ?? [];
  const button = may('segments_write') ? <Button onClick={open} disabled={all.length >= MOST}>Publish a segment</Button> : null;
  return (
    <Stack>
      <PageHeader title="Published segments" hint="Segments whose names are shown outside of Signalbox, such as on accounts in the CRM." actions={button} />
      {session.data && !may('segments_read') ? <Alert color="gray">You may not see this: it needs the permission segments_read.</Alert> : null}
      <ProblemNote error={published.error} />
      {published.isLoading ? <Loader /> : null}
      {published.data && all.length === 0 ? <EmptyState title="No segment is published" action={button}>Publish a segment under its own name or another one. Only published segments that are enabled for Segment Name Enrichment are written to accounts.</EmptyState> : null}
      {all.length > 0 ? <PublishedTable published={all} act={may('segments_write')} /> : null}
      {all.length > 0 ? <Text size="xs" c="dimmed">{all.length} of at most {MOST} published. What you change here reaches the CRM with the next run that writes segment names.</Text> : null}
      <PublishModal opened={publishing} taken={all} onClose={close} />
    </Stack>
  );
}

function PublishedTable({ published, act }: { published: PublishedSegment[]; act: boolean }) {
  const [renaming, rename] = useState<PublishedSegment>();
  return (
    <>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>Published name</Table.Th><Table.Th>Segment</Table.Th><Table.Th ta="right">Companies</Table.Th><Table.Th>Segment Name Enrichment</Table.Th><Table.Th /></Table.Tr></Table.Thead>
        <Table.Tbody>{published.map((one) => <PublishedRow key={one.segmentId} one={one} act={act} onRename={() => rename(one)} />)}</Table.Tbody>
      </Table>
      <PublishModal opened={renaming !== undefined} present={renaming} taken={published} onClose={() => rename(undefined)} />
    </>
  );
}

function PublishedRow({ one, act, onRename }: { one: PublishedSegment; act: boolean; onRename: () => void }) {
  const publish = usePublish();
  const unpublish = useUnpublish();
  const toggle = (enabled: boolean) => publish.mutate({ segmentId: one.segmentId, name: one.renamed ? one.name : undefined, enabled });
  return (
    <Table.Tr>
      <Table.Td fw={600}>{one.name}<ProblemNote error={publish.error ?? unpublish.error} /></Table.Td>
      <Table.Td><PageLink to={`/segments/${one.segmentId}`}>{one.segmentName}</PageLink></Table.Td>
      <Table.Td ta="right"><NumberText value={one.size} /></Table.Td>
      <Table.Td><Switch aria-label={`Segment Name Enrichment of ${one.name}`} checked={one.enabled} disabled={!act || publish.isPending} onChange={(event) => toggle(event.currentTarget.checked)} label={one.enabled ? 'enabled' : 'off'} /></Table.Td>
      <Table.Td>
        {act ? (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <Button size="xs" variant="default" onClick={onRename}>Rename</Button>
            <Button size="xs" variant="default" loading={unpublish.isPending} onClick={() => unpublish.mutate(one.segmentId)}>Unpublish</Button>
          </Group>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}
