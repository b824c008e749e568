import { Anchor, Button, Group, Loader, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Connection, Page } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { OUTCOMES, type Write } from './write.ts';
import { WriteTable } from './write-table.tsx';

const SHORTEST = 2;

/** Every write to every CRM record. */
export function HistoryPage() {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), 300);
  const [state, setState] = useState('');
  const [connectionId, setConnectionId] = useState('');
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=1000') });
  const names = new Map((connections.data?.items ?? []).map((c) => [c.id, c.name]));
  const filter = new URLSearchParams(Object.entries({ connectionId, state, search: search.length < SHORTEST ? '' : search }).filter(([, value]) => value !== '')).toString();
  const list = useInfiniteQuery({
    queryKey: ['writes', filter], initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Page<Write>>(`/writes?limit=50&${filter}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
  const writes = list.data?.pages.flatMap((p) => p.items) ?? [];
  const download = <Anchor href={`/api/v1/writes.csv${filter ? `?${filter}` : ''}`} size="sm">Download as CSV</Anchor>;
  return (
    <>
      <PageHeader title="History" hint="What Signalbox wrote to each record of your CRMs, and what the CRM answered." actions={download} />
      <Group mb="md" gap="sm">
        <TextInput aria-label="Record" placeholder="Name or CRM id of a record" w={280} value={text} onChange={(e) => setText(e.currentTarget.value)} />
        <Select aria-label="Connection" placeholder="Every connection" clearable w={220} data={[...names].map(([value, label]) => ({ value, label }))} value={connectionId || null} onChange={(value) => setConnectionId(value ?? '')} />
        <Select aria-label="Outcome" placeholder="Every outcome" clearable w={220} data={Object.entries(OUTCOMES).map(([value, label]) => ({ value, label }))} value={state || null} onChange={(value) => setState(value ?? '')} />
      </Group>
      <ProblemNote error={list.error} />
      {list.isLoading ? <Loader aria-label="Loading the history" /> : null}
      {list.data && writes.length === 0 ? <EmptyState title={filter ? 'Nothing was written that fits' : 'Nothing was written yet'}>{filter ? 'Search for another record, or take a filter away.' : 'Once an orchestration runs, every record that it writes stands here, with each field before and after.'}</EmptyState> : null}
      {writes.length > 0 ? <WriteTable writes={writes} connectionName={(id) => names.get(id) ?? id} /> : null}
      {list.hasNextPage ? <Button variant="subtle" mt="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Show more</Button> : null}
      {writes.length > 0 && !list.hasNextPage ? <Text size="sm" c="dimmed" mt="sm">That is all.</Text> : null}
    </>
  );
}
