import { Alert, Button, Card, Group, Loader, SegmentedControl, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Orchestration, Page, PlanRecord, Run } from '../../api/types.ts';
import { CountsBar } from '../../design/counts-bar.tsx';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { reasonWords } from '../../kinds/reason-words.ts';
import { kindSpeech } from '../../kinds/registry.ts';
import { useKinds } from '../../kinds/use-kinds.ts';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { RunWaits } from '../connections/connection-notes.tsx';
import { HeldUp } from '../operations/held-up.tsx';
import { RateChart } from './rate-chart.tsx';
import { RecordTable, type RecordsOf } from './record-table.tsx';
import { capitalised } from './schedule-text.ts';
import { ENDED, useLiveRun } from './use-live-run.ts';

/** One run as it happens: progress, rate and what remains; afterwards its history, a row per record. */
export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { run, samples, error } = useLiveRun(id);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['runs', id] });
  const cancel = useMutation({ mutationFn: () => api.post(`/runs/${id}/cancel`), onSettled: refresh });
  const override = useMutation({ mutationFn: () => api.post(`/runs/${id}/override`), onSettled: refresh });
  const orchestration = useQuery({ queryKey: ['orchestrations', run?.orchestrationId], queryFn: () => api.get<Orchestration>(`/orchestrations/${run?.orchestrationId}`), enabled: run !== undefined });
  const action = useWrittenAction(run);
  const kinds = useKinds();
  if (!run) return error ? <ProblemNote error={error} /> : <Loader />;
  const active = !ENDED.includes(run.state);
  const kind = kinds.data?.items.find((k) => k.name === orchestration.data?.kind)?.label;
  const words = kindSpeech(orchestration.data?.kind).words(orchestration.data?.settings ?? {}, action);
  const done = run.undoesRunId ? 'undone' : words.done;
  const written = run.counts.succeeded + run.counts.unknownThenSettled > 0;
  const undo = !active && written ? <PageButton to={`/runs/${id}/undo`} variant="default">Undo…</PageButton> : null;
  const actions = active ? <Button variant="default" color="red" loading={cancel.isPending} disabled={run.state === 'cancelling'} onClick={() => cancel.mutate()}>Cancel run</Button> : undo;
  return (
    <Stack>
      <PageHeader title={<Group gap="sm">{run.undoesRunId ? 'Undo of a run of' : 'Run of'} <PageLink to={`/orchestrations/${run.orchestrationId}`} inherit>{orchestration.data?.name ?? '…'}</PageLink><StateBadge state={run.state} /></Group>} hint={<>{kind ? `${kind} · ` : ''}queued <When at={run.queuedAt} /></>} actions={actions} />
      {run.undoesRunId ? <Alert color="gray" title="This run takes another back">It deletes what <PageLink to={`/runs/${run.undoesRunId}`} inherit>that run</PageLink> created and sets back what it changed; what somebody else has changed since is left alone.</Alert> : null}
      {run.undoneByRunId ? <Alert color="gray" title="This run was undone">What it wrote was taken back, as far as nobody else had changed it since, by <PageLink to={`/runs/${run.undoneByRunId}`} inherit>this run</PageLink>.</Alert> : null}
      <ProblemNote error={cancel.error ?? override.error} />
      {run.state === 'halted' ? (
        <Alert color="orange" title="Halted before the first write">
          <Text size="sm" mb="sm">{run.problem}</Text>
          <Button size="xs" color="orange" loading={override.isPending} onClick={() => override.mutate()}>Run it all the same, this once</Button>
        </Alert>
      ) : null}
      {run.state === 'failed' ? <Alert color="red" title="Nothing was written">{run.problem}</Alert> : null}
      <RunWaits connectionId={orchestration.data?.connectionId} live={active} />
      <HeldUp runId={id} live={active} />
      <Counts run={run} done={done} unchanged={run.plan && !run.undoesRunId ? words.unchanged?.(run.plan) : undefined} />
      {samples.length > 2 ? <RateChart samples={samples} /> : null}
      {run.planId ? <Records planId={run.planId} live={active} of={orchestration.data} done={done} /> : null}
    </Stack>
  );
}

/** What was done to its records: the orchestration's settings may have changed since. */
function useWrittenAction(run: Run | undefined): PlanRecord['action'] | undefined {
  const planId = run?.planId;
  const one = useQuery({ queryKey: ['plans', planId, 'written'], enabled: Boolean(planId) && (run?.counts.succeeded ?? 0) > 0, staleTime: Infinity, queryFn: () => api.get<Page<PlanRecord>>(`/plans/${planId}/records?limit=1&state=succeeded`) });
  return one.data?.items[0]?.action;
}

interface CountsProps {
  run: Run;
  /** What has been done to the records that were written. */
  done: string;
  unchanged: number | undefined;
}

function Counts({ run, done, unchanged }: CountsProps) {
  const c = run.counts;
  const parts = [
    { label: done, value: c.succeeded, color: 'teal.6' }, { label: 'settled after a lost answer', value: c.unknownThenSettled, color: 'grape.5' },
    { label: 'skipped', value: c.skipped, color: 'gray.5' }, { label: 'failed', value: c.failed, color: 'red.6' }, { label: 'remaining', value: c.remaining, color: 'gray.2' },
  ];
  const left = run.ratePerSecond && c.remaining > 0 ? `${Math.ceil(c.remaining / run.ratePerSecond)} s left` : undefined;
  const seconds = run.startedAt && run.finishedAt ? (new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime()) / 1000 : undefined;
  return (
    <>
      <Card>
        <Group justify="space-between" mb="sm">
          <Text fw={600}><NumberText value={c.planned - c.remaining} fw={600} /> of <NumberText value={c.planned} fw={600} /> records done</Text>
          <Text size="sm" c="dimmed">{run.ratePerSecond ? `${Math.round(run.ratePerSecond).toLocaleString('en-US')} a second` : ''} {left ?? (seconds !== undefined ? `${seconds.toFixed(1)} s in all` : '')}</Text>
        </Group>
        <CountsBar parts={parts} total={c.planned} />
        {unchanged !== undefined ? <Text size="sm" c="dimmed" mt={6}><NumberText value={unchanged} size="sm" /> more looked at and left unchanged, since nothing would be different.</Text> : null}
      </Card>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Breakdown title="Skipped, by reason" counts={c.skippedByReason} />
        <Breakdown title="Failed, by reason" counts={c.failedByReason} />
        <Breakdown title="CRM calls" counts={c.apiCalls} words={(name) => name.replaceAll('_', ' ')} />
      </SimpleGrid>
    </>
  );
}

function Breakdown({ title, counts, words = reasonWords }: { title: string; counts: Record<string, number>; words?: (name: string) => string }) {
  const rows = Object.entries(counts);
  return (
    <Card>
      <Text size="xs" c="dimmed" mb={4}>{title}</Text>
      {rows.length === 0 ? <Text size="sm">none</Text> : (
        <Table verticalSpacing={2} highlightOnHover={false} withRowBorders={false}>
          <Table.Tbody>{rows.map(([name, n]) => <Table.Tr key={name}><Table.Td px={0}>{words(name)}</Table.Td><Table.Td px={0} ta="right"><NumberText value={n} /></Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

interface RecordsProps {
  planId: string;
  live: boolean;
  of: RecordsOf;
  done: string;
}

function Records({ planId, live, of, done }: RecordsProps) {
  const [state, setState] = useState('');
  const records = useInfiniteQuery({
    queryKey: ['plans', planId, 'history', state, live], initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Page<PlanRecord>>(`/plans/${planId}/records?limit=50${state ? `&state=${state}` : ''}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <SegmentedControl size="xs" aria-label="Which records" data={[{ value: '', label: 'All' }, { value: 'succeeded', label: capitalised(done) }, { value: 'skipped', label: 'Skipped' }, { value: 'failed', label: 'Failed' }]} value={state} onChange={setState} />
        <Button component="a" size="xs" variant="default" href={`/api/v1/plans/${planId}/records.csv`} download>Download all as CSV</Button>
      </Group>
      <ProblemNote error={records.error} />
      <RecordTable records={records.data?.pages.flatMap((p) => p.items) ?? []} of={of} withOutcome />
      {records.hasNextPage ? <Button variant="subtle" mt="sm" loading={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>Show more</Button> : null}
    </Card>
  );
}
