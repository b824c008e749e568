import { Button, Card, Group, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Connection, MirrorStatus, Page, Provider } from '../../api/types.ts';
import { NumberText } from '../../design/number-text.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';

/** What was pulled of each object of the CRM, and how far it has come; records other than accounts are pulled when they are wanted. */
export function MirrorCard({ connection }: { connection: Connection }) {
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => api.get<Page<Provider>>('/providers') });
  const objects = providers.data?.items.find((p) => p.name === connection.provider)?.objects ?? [];
  return (
    <Card>
      <Text fw={600}>Mirror</Text>
      <Text size="sm" c="dimmed" mb="xs">What Signalbox knows of the CRM. Once pulled, an object is kept up to date; contacts, opportunities and leads serve the tie-breakers of matching.</Text>
      <ProblemNote error={providers.error} />
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>Object</Table.Th><Table.Th ta="right">Records</Table.Th><Table.Th>Pulled</Table.Th><Table.Th>State</Table.Th><Table.Th /></Table.Tr></Table.Thead>
          <Table.Tbody>{objects.map((object) => <MirrorRow key={object} id={connection.id} object={object} />)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function MirrorRow({ id, object }: { id: string; object: string }) {
  const queries = useQueryClient();
  const key = ['connections', id, 'mirror', object];
  const pull = useMutation({ mutationFn: () => api.post(`/connections/${id}/pull`, { object }), onSettled: () => queries.invalidateQueries({ queryKey: ['connections', id] }) });
  const mirror = useQuery({ queryKey: key, queryFn: () => api.get<MirrorStatus>(`/connections/${id}/mirror?object=${object}`), refetchInterval: pull.isPending ? 500 : false });
  const status = mirror.data;
  const pulling = pull.isPending || status?.state === 'pulling';
  return (
    <Table.Tr>
      <Table.Td>{object}</Table.Td>
      <Table.Td ta="right"><NumberText value={status?.pulledAt || pulling ? status?.records : undefined} /></Table.Td>
      <Table.Td>{status?.pulledAt ? <When at={status.pulledAt} /> : <Text span size="sm" c="dimmed">not yet</Text>}</Table.Td>
      <Table.Td>{pulling ? 'pulling' : status?.state === 'failed' ? <Text span size="sm" c="red">{status.message}</Text> : ''}<ProblemNote error={mirror.error ?? pull.error} /></Table.Td>
      <Table.Td><Group justify="flex-end"><Button size="compact-sm" variant="default" loading={pulling} aria-label={`Pull ${object}`} onClick={() => pull.mutate()}>Pull</Button></Group></Table.Td>
    </Table.Tr>
  );
}
