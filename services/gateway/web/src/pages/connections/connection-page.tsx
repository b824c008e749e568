import { Button, Card, Group, Loader, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Connection, CrmField, MirrorStatus, Page } from '../../api/types.ts';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { RenameModal } from '../../design/rename-modal.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { BudgetCard } from './budget-card.tsx';
import { MirrorCard } from './mirror-card.tsx';
import { ConnectionNotes } from './connection-notes.tsx';

const LOOK_EVERY_MS = 5_000;

/** One connection: whether it is healthy, what was pulled, and the fields that the CRM lets us write. */
export function ConnectionPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const queries = useQueryClient();
  const connection = useQuery({ queryKey: ['connections', id], queryFn: () => api.get<Connection>(`/connections/${id}`), refetchInterval: LOOK_EVERY_MS });
  const refresh = () => queries.invalidateQueries({ queryKey: ['connections', id] });
  const test = useMutation({ mutationFn: () => api.post(`/connections/${id}/test`), onSettled: refresh });
  const pull = useMutation({ mutationFn: () => api.post(`/connections/${id}/pull`, { object: 'Account' }), onSettled: refresh });
  const mirror = useQuery({ queryKey: ['connections', id, 'mirror', 'Account'], queryFn: () => api.get<MirrorStatus>(`/connections/${id}/mirror?object=Account`), refetchInterval: pull.isPending ? 500 : false });
  const [renaming, { open, close }] = useDisclosure(false);
  if (connection.isLoading) return <Loader />;
  const c = connection.data;
  if (!c) return <ProblemNote error={connection.error} />;
  const actions = (
    <>
      <Button variant="default" onClick={open}>Rename</Button>
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>Test</Button>
      <Button loading={pull.isPending} onClick={() => pull.mutate()}>Pull accounts</Button>
    </>
  );
  return (
    <Stack>
      <PageHeader title={c.name} hint={`${c.provider} · ${c.environment} · ${c.baseUrl}`} actions={actions} />
      <RenameModal title="Rename connection" path={`/connections/${id}`} present={c} opened={renaming} onClose={close} />
      <ProblemNote error={test.error ?? pull.error} />
      <ConnectionNotes connection={c} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Fact label="State"><Group gap="xs"><StateBadge state={c.status} /><When at={c.checkedAt} /></Group></Fact>
        <Fact label="Accounts in the mirror"><Group gap="xs"><NumberText value={mirror.data?.records} fw={600} /><When at={mirror.data?.pulledAt} /></Group></Fact>
      </SimpleGrid>
      <BudgetCard connection={c} />
      <MirrorCard connection={c} />
      <Fields id={id} healthy={c.status === 'healthy'} />
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return <Card><Text size="xs" c="dimmed" mb={4}>{label}</Text><div>{children}</div></Card>;
}

function Fields({ id, healthy }: { id: string; healthy: boolean }) {
  const fields = useQuery({ queryKey: ['connections', id, 'fields'], queryFn: () => api.get<Page<CrmField>>(`/connections/${id}/objects/Account/fields`), enabled: healthy });
  if (!healthy) return null;
  return (
    <Card>
      <Text fw={600} mb="xs">Fields of Account</Text>
      <ProblemNote error={fields.error} />
      <Table.ScrollContainer minWidth={600} mah={480}>
        <Table stickyHeader>
          <Table.Thead><Table.Tr><Table.Th>Field</Table.Th><Table.Th>Label</Table.Th><Table.Th>Type</Table.Th><Table.Th>Can be written</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {(fields.data?.items ?? []).map((f) => (
              <Table.Tr key={f.name}>
                <Table.Td ff="monospace">{f.name}</Table.Td>
                <Table.Td>{f.label}</Table.Td>
                <Table.Td>{f.type}{f.length ? ` (${f.length})` : ''}</Table.Td>
                <Table.Td>{f.createable ? (f.required ? 'yes, required' : f.externalId ? 'yes, external id' : 'yes') : 'no'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
