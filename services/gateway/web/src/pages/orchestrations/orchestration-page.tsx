import { Alert, Button, Card, Group, Loader, Stack, Table, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Orchestration, Page, Run } from '../../api/types.ts';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { kindSpeech } from '../../kinds/registry.ts';
import { useKinds } from '../../kinds/use-kinds.ts';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { Preview } from './preview.tsx';
import { RunNowButton, useRunNow } from './run-now.tsx';
import { ScheduleTab } from './schedule-tab.tsx';
import { scheduleText } from './schedule-text.ts';
import { WaitsForConfirmation } from './waits-for-confirmation.tsx';

/** One orchestration: its preview with "Run now", its schedule, and its history. */
export function OrchestrationPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { pathname } = useLocation();
  const queries = useQueryClient();
  const orchestration = useQuery({ queryKey: ['orchestrations', id], queryFn: () => api.get<Orchestration>(`/orchestrations/${id}`) });
  const kinds = useKinds();
  const run = useRunNow(orchestration.data);
  const refresh = useMutation({ mutationFn: () => api.post(`/orchestrations/${id}/previews`), onSuccess: () => queries.invalidateQueries({ queryKey: ['orchestrations', id] }) });
  if (orchestration.isLoading) return <Loader />;
  const o = orchestration.data;
  if (!o) return <ProblemNote error={orchestration.error} />;
  const kind = kinds.data?.items.find((k) => k.name === o.kind);
  const actions = (
    <>
      <PageButton to={`/orchestrations/${id}/edit`} variant="default">Edit</PageButton>
      <Button variant="default" loading={refresh.isPending} onClick={() => refresh.mutate()}>New preview</Button>
      <RunNowButton orchestration={o} run={run} />
    </>
  );
  return (
    <Stack>
      <PageHeader title={o.name} hint={`${kind?.label ?? o.kind} · ${scheduleText(o.schedule)}`} actions={actions} />
      <WaitsForConfirmation orchestration={o} />
      <ProblemNote error={o.confirmationNeeded ? refresh.error : (run.error ?? refresh.error)} />
      <Text size="sm">{kindSpeech(o.kind).summary(o.settings)}</Text>
      <Tabs defaultValue={pathname.endsWith('/schedule') ? 'schedule' : 'preview'}>
        <Tabs.List mb="md"><Tabs.Tab value="preview">Preview</Tabs.Tab><Tabs.Tab value="schedule">Schedule</Tabs.Tab><Tabs.Tab value="history">History</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="preview">{o.latestPreviewId ? <Preview planId={o.latestPreviewId} of={o} /> : <Alert color="gray">A preview is being generated …</Alert>}</Tabs.Panel>
        <Tabs.Panel value="schedule"><ScheduleTab orchestration={o} /></Tabs.Panel>
        <Tabs.Panel value="history"><History id={id} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function History({ id }: { id: string }) {
  const runs = useQuery({ queryKey: ['runs', 'of', id], queryFn: () => api.get<Page<Run>>(`/orchestrations/${id}/runs?limit=100`) });
  if (runs.isLoading) return <Loader />;
  if (runs.error) return <ProblemNote error={runs.error} />;
  if (runs.data?.items.length === 0) return <Text c="dimmed" size="sm">It has never run.</Text>;
  return (
    <Card>
      <Table.ScrollContainer minWidth={720}><Table>
        <Table.Thead>
          <Table.Tr><Table.Th>Started</Table.Th><Table.Th>State</Table.Th><Table.Th>Asked for by</Table.Th><Table.Th ta="right">Planned</Table.Th><Table.Th ta="right">Written</Table.Th><Table.Th ta="right">Skipped</Table.Th><Table.Th ta="right">Failed</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.data?.items.map((r) => (
            <Table.Tr key={r.id}>
              <Table.Td><PageLink to={`/runs/${r.id}`}><When at={r.startedAt ?? r.queuedAt} /></PageLink></Table.Td>
              <Table.Td><Group gap={6}><StateBadge state={r.state} />{r.undoesRunId ? <Text size="xs" c="dimmed">undo of a run</Text> : null}</Group></Table.Td>
              <Table.Td>{r.trigger === 'schedule' ? 'the schedule' : 'a person'}</Table.Td>
              <Table.Td ta="right"><NumberText value={r.counts.planned} /></Table.Td>
              <Table.Td ta="right"><NumberText value={r.counts.succeeded + r.counts.unknownThenSettled} /></Table.Td>
              <Table.Td ta="right"><NumberText value={r.counts.skipped} /></Table.Td>
              <Table.Td ta="right"><NumberText value={r.counts.failed} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table></Table.ScrollContainer>
    </Card>
  );
}
