import { Button, Group, Loader, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { ApiToken, Page } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { StateBadge } from '../../design/state-badge.tsx';
import { When } from '../../design/when.tsx';
import { NewTokenModal } from './new-token-modal.tsx';
import { permissionsText } from './permission-words.ts';

const stateOf = (t: ApiToken) => (t.revokedAt ? 'revoked' : t.expiresAt && new Date(t.expiresAt) <= new Date() ? 'expired' : 'active');

/** API tokens: what programs sign in with. */
export function TokensPage() {
  const [open, { open: show, close }] = useDisclosure(false);
  // The token stays while its modal fades out.
  const [toRevoke, setToRevoke] = useState<ApiToken>();
  const [revoking, { open: askToRevoke, close: endRevoking }] = useDisclosure(false);
  const list = useInfiniteQuery({
    queryKey: ['tokens'], initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<Page<ApiToken>>(`/tokens?limit=50${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
  const tokens = list.data?.pages.flatMap((p) => p.items) ?? [];
  const add = <Button onClick={show}>New token</Button>;
  return (
    <>
      <PageHeader title="API tokens" hint="What programs use to sign in to the REST API. Each may do only what you choose." actions={add} />
      <ProblemNote error={list.error} />
      {list.isLoading ? <Loader aria-label="Loading API tokens" /> : null}
      {list.data && tokens.length === 0 ? <EmptyState title="No API tokens yet" action={add}>A program that imports companies or starts runs needs a token of its own. It is shown once, and can be revoked at any time.</EmptyState> : null}
      {tokens.length > 0 ? <TokenTable tokens={tokens} onRevoke={(t) => { setToRevoke(t); askToRevoke(); }} /> : null}
      {list.hasNextPage ? <Button variant="subtle" mt="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Show more</Button> : null}
      <NewTokenModal opened={open} onClose={close} />
      <RevokeModal token={toRevoke} opened={revoking} onClose={endRevoking} />
    </>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: ApiToken[]; onRevoke: (token: ApiToken) => void }) {
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table>
        <Table.Thead>
          <Table.Tr><Table.Th>Name</Table.Th><Table.Th w="30%">May do</Table.Th><Table.Th>Made</Table.Th><Table.Th>Ends</Table.Th><Table.Th>Last used</Table.Th><Table.Th>State</Table.Th><Table.Th aria-label="Actions" /></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((t) => (
            <Table.Tr key={t.id}>
              <Table.Td><Text size="sm" fw={600}>{t.name}</Text><Text size="xs" c="dimmed" ff="monospace">{t.hint}</Text></Table.Td>
              <Table.Td><Text size="xs">{permissionsText(t.permissions)}</Text></Table.Td>
              <Table.Td><When at={t.createdAt} /></Table.Td>
              <Table.Td>{t.expiresAt ? <When at={t.expiresAt} /> : <Text span size="sm" c="dimmed">never</Text>}</Table.Td>
              <Table.Td>{t.lastUsedAt ? <When at={t.lastUsedAt} /> : <Text span size="sm" c="dimmed">never</Text>}</Table.Td>
              <Table.Td><StateBadge state={stateOf(t)} /></Table.Td>
              <Table.Td ta="right">{t.revokedAt ? null : <Button size="compact-sm" variant="subtle" color="red" aria-label={`Revoke ${t.name}`} onClick={() => onRevoke(t)}>Revoke</Button>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RevokeModal({ token, opened, onClose }: { token: ApiToken | undefined; opened: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (t: ApiToken) => api.delete(`/tokens/${t.id}`),
    onSuccess: async (_answer, t) => {
      notifications.show({ message: `“${t.name}” is revoked.`, color: 'teal' });
      await queries.invalidateQueries({ queryKey: ['tokens'] });
      close();
    },
  });
  const close = () => {
    revoke.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title="Revoke the token">
      <Stack>
        <Text size="sm">Programs that use <b>{token?.name}</b> ({token?.hint}) are refused from now on. This cannot be taken back.</Text>
        <ProblemNote error={revoke.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>Cancel</Button>
          <Button color="red" loading={revoke.isPending} onClick={() => token && revoke.mutate(token)}>Revoke token</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
