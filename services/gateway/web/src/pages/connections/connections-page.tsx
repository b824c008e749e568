import { Button, Loader, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Connection, Page } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { ConnectModal } from './connect-modal.tsx';

/** Connections to CRMs, and how each of them is. */
export function ConnectionsPage() {
  const [open, { open: show, close }] = useDisclosure(false);
  const list = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=200') });
  const connect = <Button onClick={show}>Connect a CRM</Button>;
  return (
    <>
      <PageHeader title="Connections" hint="The CRMs that Signalbox reads from and writes to." actions={connect} />
      <ProblemNote error={list.error} />
      {list.isLoading ? <Loader /> : null}
      {list.data?.items.length === 0 ? <EmptyState title="No CRM is connected" action={connect}>Connect your CRM to see what it holds and to create accounts in it. Credentials are encrypted and never shown again.</EmptyState> : null}
      {list.data && list.data.items.length > 0 ? <ConnectionTable connections={list.data.items} /> : null}
      <ConnectModal opened={open} onClose={close} />
    </>
  );
}

function ConnectionTable({ connections }: { connections: Connection[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr><Table.Th>Name</Table.Th><Table.Th>Provider</Table.Th><Table.Th>Address</Table.Th><Table.Th>State</Table.Th><Table.Th>Checked</Table.Th></Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {connections.map((c) => (
          <Table.Tr key={c.id}>
            <Table.Td><PageLink to={`/connections/${c.id}`} fw={600}>{c.name}</PageLink></Table.Td>
            <Table.Td>{c.provider}</Table.Td>
            <Table.Td><Text size="sm" c="dimmed">{c.baseUrl}</Text></Table.Td>
            <Table.Td><StateBadge state={c.status} /></Table.Td>
            <Table.Td><When at={c.checkedAt} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
