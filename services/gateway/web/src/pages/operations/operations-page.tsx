import { Alert, Card, Loader, Table, Text } from '@mantine/core';
import type { ParkedMessage } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { MendButtons } from './mend-buttons.tsx';
import { useMayOperate, useParked } from './parked.ts';

/** Messages between the services that were put aside in this workspace. */
export function OperationsPage() {
  const may = useMayOperate();
  const parked = useParked({ live: true, enabled: may.see });
  const items = parked.data?.items ?? [];
  return (
    <>
      <PageHeader title="Held up" hint="What could not be handled, and was put aside so that the rest goes on." />
      {may.see ? null : <Alert color="gray">You may not see this: it needs the permission operations_read.</Alert>}
      <ProblemNote error={parked.error} />
      {parked.isLoading ? <Loader /> : null}
      {parked.data && items.length === 0 ? <EmptyState title="Nothing is held up">A message that fails again and again comes here with its reason, to be replayed or given up.</EmptyState> : null}
      {items.length > 0 ? <ParkedTable messages={items} act={may.act} /> : null}
      {parked.data?.nextCursor ? <Text size="sm" c="dimmed" mt="sm">These are the newest {items.length}. The others come up as these are done with.</Text> : null}
    </>
  );
}

function ParkedTable({ messages, act }: { messages: readonly ParkedMessage[]; act: boolean }) {
  return (
    <Card>
      <Table verticalSpacing="sm">
        <Table.Thead><Table.Tr><Table.Th>Since</Table.Th><Table.Th>What</Table.Th><Table.Th ta="right">Records</Table.Th><Table.Th>Why</Table.Th><Table.Th w={190} /></Table.Tr></Table.Thead>
        <Table.Tbody>
          {messages.map((m) => (
            <Table.Tr key={`${m.service}/${m.id}`}>
              <Table.Td><When at={m.parkedAt} /></Table.Td>
              <Table.Td>{m.runId ? <PageLink to={`/runs/${m.runId}`}>a batch of this run</PageLink> : <Text span size="sm" ff="monospace">{m.topic}</Text>}<Text size="xs" c="dimmed">{m.service}</Text></Table.Td>
              <Table.Td ta="right">{m.records ? <NumberText value={m.records} /> : '–'}</Table.Td>
              <Table.Td><Text size="sm">{m.reason}</Text><Text size="xs" c="dimmed">{m.reasonCode} · tried {m.attempts} times</Text></Table.Td>
              <Table.Td>{act ? <MendButtons messages={[m]} /> : null}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
