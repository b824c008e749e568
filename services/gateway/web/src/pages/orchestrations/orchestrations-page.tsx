import { Loader, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Orchestration, Page, Run } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { useKinds } from '../../kinds/use-kinds.ts';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { scheduleText } from './schedule-text.ts';
import { waitsForConfirmation } from './waits-for-confirmation.tsx';

/** Every orchestration with its schedule and its newest run. */
export function OrchestrationsPage() {
  const list = useQuery({ queryKey: ['orchestrations'], queryFn: () => api.get<Page<Orchestration>>('/orchestrations?limit=200') });
  const kinds = useKinds();
  const runs = useQuery({ queryKey: ['runs'], queryFn: () => api.get<Page<Run>>('/runs?limit=200'), refetchInterval: 5_000 });
  const add = <PageButton to="/orchestrations/new">New orchestration</PageButton>;
  const label = (kind: string) => kinds.data?.items.find((k) => k.name === kind)?.label ?? kind;
  return (
    <>
      <PageHeader title="Orchestrations" hint="Saved intents to change CRM records. Nothing is written until a run." actions={add} />
      <ProblemNote error={list.error} />
      {list.isLoading ? <Loader /> : null}
      {list.data?.items.length === 0 ? <EmptyState title="No orchestrations yet" action={add}>An orchestration takes a segment, shows exactly what it would change in the CRM and why, and changes it when you say so or every night.</EmptyState> : null}
      {list.data && list.data.items.length > 0 ? (
        <Table.ScrollContainer minWidth={640}><Table>
          <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th>Kind</Table.Th><Table.Th>Schedule</Table.Th><Table.Th>Newest run</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.data.items.map((o) => {
              const run = runs.data?.items.find((r) => r.orchestrationId === o.id);
              return (
                <Table.Tr key={o.id}>
                  <Table.Td><PageLink to={`/orchestrations/${o.id}`} fw={600}>{o.name}</PageLink></Table.Td>
                  <Table.Td>{label(o.kind)}</Table.Td>
                  <Table.Td>{scheduleText(o.schedule)}{waitsForConfirmation(o) ? <Text size="xs" c="orange">waits for its first run to be confirmed</Text> : null}</Table.Td>
                  <Table.Td>{run ? <PageLink to={`/runs/${run.id}`}><StateBadge state={run.state} /> <When at={run.queuedAt} /></PageLink> : '–'}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table></Table.ScrollContainer>
      ) : null}
    </>
  );
}
