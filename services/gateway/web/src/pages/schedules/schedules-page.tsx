import { Button, Card, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Orchestration, Page, ScheduledSubject } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { ZonedTime } from '../../design/zoned-time.tsx';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { scheduleText } from '../orchestrations/schedule-text.ts';
import { NightlySyncCard } from './nightly-sync-card.tsx';
import { Occurrences } from './occurrences.tsx';
import { useNightlySync, useSchedules } from './use-schedules.ts';

/** The nightly sync, what is due in it, and what came of the nights before. */
export function SchedulesPage() {
  // Taken apart here: a query only tells of what is read while the component itself renders.
  const { data: known, error } = useQuery({ queryKey: ['orchestrations', 'names'], queryFn: () => api.get<Page<Orchestration>>('/orchestrations?limit=1000') });
  const linkTo = (id: string) => {
    const name = known?.items.find((o) => o.id === id)?.name;
    if (name) return <PageLink to={`/orchestrations/${id}/schedule`} fw={600} size="sm">{name}</PageLink>;
    return <Text span size="sm" c="dimmed">{known && !known.nextCursor ? 'a deleted orchestration' : id}</Text>;
  };
  return (
    <Stack>
      <PageHeader title="Schedules" hint="When orchestrations run by themselves. Each is set on its own page." />
      <NightlySyncCard />
      <ProblemNote error={error} />
      <Due linkTo={linkTo} />
      <Card component="section" aria-labelledby="occurrences">
        <Title order={2} id="occurrences" mb="xs">Past nights</Title>
        <Occurrences nameOf={linkTo} />
      </Card>
    </Stack>
  );
}

function Due({ linkTo }: { linkTo: (id: string) => React.ReactNode }) {
  const schedules = useSchedules();
  const zone = useNightlySync().data?.timeZone ?? 'UTC';
  const all = schedules.data?.pages.flatMap((p) => p.items) ?? [];
  const scheduled = all.filter((s) => s.schedule.mode !== 'manual').sort(byDue);
  if (schedules.isLoading) return <Loader aria-label="Loading schedules" />;
  if (schedules.data && scheduled.length === 0 && !schedules.hasNextPage) {
    return <EmptyState title="Nothing is scheduled" action={<PageButton to="/orchestrations" variant="default">Orchestrations</PageButton>}>Every orchestration runs only when someone presses “Run now”. Open one, and choose daily or weekly in its Schedule tab.</EmptyState>;
  }
  return (
    <Card component="section" aria-labelledby="due">
      <Title order={2} id="due" mb="xs">Due next</Title>
      <ProblemNote error={schedules.error} />
      {scheduled.length > 0 ? <DueTable scheduled={scheduled} zone={zone} linkTo={linkTo} /> : null}
      {schedules.hasNextPage ? <Button variant="subtle" mt="sm" loading={schedules.isFetchingNextPage} onClick={() => void schedules.fetchNextPage()}>Show more</Button> : null}
    </Card>
  );
}

function DueTable({ scheduled, zone, linkTo }: { scheduled: ScheduledSubject[]; zone: string; linkTo: (id: string) => React.ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>Orchestration</Table.Th><Table.Th>Schedule</Table.Th><Table.Th>Next</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {scheduled.map((s) => (
            <Table.Tr key={s.subjectId}>
              <Table.Td>{linkTo(s.subjectId)}</Table.Td>
              <Table.Td>{scheduleText(s.schedule)}</Table.Td>
              <Table.Td>{s.nextDueAt ? <ZonedTime at={s.nextDueAt} zone={zone} /> : <Text span size="sm" c="dimmed">being planned …</Text>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const byDue = (a: ScheduledSubject, b: ScheduledSubject) => (a.nextDueAt ?? '9').localeCompare(b.nextDueAt ?? '9');
