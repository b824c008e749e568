import { Button, Group, Loader, Table, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Occurrence } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { DayText, ZonedTime } from '../../design/zoned-time.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { useNightlySync, useOccurrences } from './use-schedules.ts';

interface Shown {
  /** Of one orchestration only. */
  subjectId?: string;
  /** How an orchestration is named in a column of its own. */
  nameOf?: (subjectId: string) => ReactNode;
}

/** Every time that the nightly sync asked for a run, or should have: newest first, with the run that came of it. */
export function Occurrences({ subjectId, nameOf }: Shown) {
  const ledger = useOccurrences(subjectId);
  const zone = useNightlySync().data?.timeZone ?? 'UTC';
  const all = ledger.data?.pages.flatMap((p) => p.items) ?? [];
  if (ledger.isLoading) return <Loader size="sm" aria-label="Loading occurrences" />;
  return (
    <>
      <ProblemNote error={ledger.error} />
      {ledger.data && all.length === 0 ? <Text size="sm" c="dimmed">{nameOf ? 'No scheduled run has come due yet.' : 'No nightly sync has come since it was scheduled.'}</Text> : null}
      {all.length > 0 ? (
        <Table.ScrollContainer minWidth={760}>
          <Table captionSide="bottom">
            <Table.Caption ta="left">Times are those of {zone}.</Table.Caption>
            <Table.Thead>
              <Table.Tr>{nameOf ? <Table.Th>Orchestration</Table.Th> : null}<Table.Th>Day</Table.Th><Table.Th>Due</Table.Th><Table.Th>Asked for</Table.Th><Table.Th>State</Table.Th><Table.Th>Run</Table.Th></Table.Tr>
            </Table.Thead>
            <Table.Tbody>{all.map((o) => <OccurrenceRow key={o.id} occurrence={o} zone={zone} nameOf={nameOf} />)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      {ledger.hasNextPage ? <Button variant="subtle" mt="sm" loading={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>Show more</Button> : null}
    </>
  );
}

function OccurrenceRow({ occurrence: o, zone, nameOf }: { occurrence: Occurrence; zone: string; nameOf?: Shown['nameOf'] }) {
  return (
    <Table.Tr>
      {nameOf ? <Table.Td>{nameOf(o.subjectId)}</Table.Td> : null}
      <Table.Td><DayText date={o.localDate} /></Table.Td>
      <Table.Td><ZonedTime at={o.dueAt} zone={zone} bare /></Table.Td>
      <Table.Td>{o.requestedAt && o.state !== 'missed' ? <ZonedTime at={o.requestedAt} zone={zone} bare /> : <Text span size="sm" c="dimmed">not: too late, or manual by then</Text>}</Table.Td>
      <Table.Td><Group gap={6} wrap="nowrap"><StateBadge state={o.state} />{o.late ? <StateBadge state="late" /> : null}</Group></Table.Td>
      <Table.Td><RunOf occurrence={o} /></Table.Td>
    </Table.Tr>
  );
}

function RunOf({ occurrence: o }: { occurrence: Occurrence }) {
  if (o.runId) return <PageLink to={`/runs/${o.runId}`} size="sm">Run<VisuallyHidden> of {o.localDate}</VisuallyHidden></PageLink>;
  return o.reason ? <Text span size="sm" c="dimmed">{o.reason}</Text> : '–';
}
