import { Badge, Table, Text } from '@mantine/core';
import { When } from '../../design/when.tsx';
import { reasonWords } from '../../kinds/reason-words.ts';
import { PageLink } from '../../shell/page-link.tsx';
import { capitalised } from '../orchestrations/schedule-text.ts';
import { OPERATIONS, OUTCOMES, type Write } from './write.ts';

const COLOURS: Readonly<Record<string, string>> = { succeeded: 'teal', unknown_then_settled: 'teal', skipped: 'gray', failed: 'red', intended: 'orange' };

/** Fields shown of a record that was deleted. */
const DELETED_FIELDS = 8;

export function WriteTable({ writes, connectionName }: { writes: Write[]; connectionName: (id: string) => string }) {
  return (
    <Table.ScrollContainer minWidth={980}>
      <Table>
        <Table.Thead>
          <Table.Tr><Table.Th w={150}>When</Table.Th><Table.Th w="20%">Record</Table.Th><Table.Th>What was written</Table.Th><Table.Th w="22%">The CRM’s answer</Table.Th><Table.Th w={90}>Run</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>{writes.map((write) => <WriteRow key={write.changeId} write={write} connection={connectionName(write.connectionId)} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function WriteRow({ write, connection }: { write: Write; connection: string }) {
  // Of a deleted record everything is kept; the download has all of it.
  const shown = write.operation === 'delete' ? write.changes.slice(0, DELETED_FIELDS) : write.changes;
  const more = write.changes.length - shown.length;
  return (
    <Table.Tr>
      <Table.Td><When at={write.settledAt ?? write.intendedAt} /></Table.Td>
      <Table.Td>
        <Text size="sm" fw={600}>{write.name || write.changes.find((change) => change.field === 'Name')?.after || '–'}</Text>
        <Text size="xs" c="dimmed">{connection} · {write.object}</Text>
        {write.crmId ? <Text size="xs" c="dimmed" ff="monospace">{write.crmId}</Text> : null}
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed" mb={2}>{OPERATIONS[write.operation]}{write.contactId ? ` ${write.contactId}` : ''}{write.changes.length === 0 && write.operation !== 'convert' ? '; its fields are kept no longer' : ''}</Text>
        {shown.map((change) => <Change key={change.field} change={change} operation={write.operation} />)}
        {more > 0 ? <Text size="xs" c="dimmed">and {more} more</Text> : null}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[write.state] ?? 'gray'} tt="none">{OUTCOMES[write.state] ?? write.state}</Badge>
        {write.state === 'skipped' || write.state === 'failed' ? <Text size="xs" fw={500} mt={4}>{capitalised(reasonWords(write.code))}</Text> : null}
        {write.message ? <Text size="xs" mt={4}>{write.message}</Text> : null}
      </Table.Td>
      <Table.Td><PageLink to={`/runs/${write.runId}`}>Open</PageLink></Table.Td>
    </Table.Tr>
  );
}

function Change({ change: { field, before, after, clear }, operation }: { change: Write['changes'][number]; operation: Write['operation'] }) {
  const to = clear ? 'cleared' : after;
  return (
    <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
      <Text span size="xs" c="dimmed">{field}: </Text>
      {operation === 'delete' ? <Text span size="xs" td="line-through" c="dimmed">{before}</Text> : operation !== 'update' ? to : <><Text span size="xs" td="line-through" c="dimmed">{before || 'empty'}</Text> → {to}</>}
    </Text>
  );
}
