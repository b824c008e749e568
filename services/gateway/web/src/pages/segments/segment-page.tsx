import { Alert, Button, Card, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Company, Connection, Page, RuleNode, Segment } from '../../api/types.ts';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { RenameModal } from '../../design/rename-modal.tsx';
import { When } from '../../design/when.tsx';
import { ruleText } from './rule-text.ts';

const goesByCrm = (node: RuleNode | undefined): boolean => node !== undefined && ('crm' in node || ('group' in node && node.group.children.some(goesByCrm)));
/** What the CRM says changes by itself. */
const LOOK_EVERY_MS = 5_000;
const lookAgain = (segment: Segment | undefined) => (goesByCrm(segment?.rule) ? LOOK_EVERY_MS : false);

/** One segment: its rule in words, its size, its members. */
export function SegmentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const segment = useQuery({ queryKey: ['segments', id], queryFn: () => api.get<Segment>(`/segments/${id}`), refetchInterval: ({ state }) => lookAgain(state.data) });
  const closure = useQuery({ queryKey: ['segments', id, 'closure'], queryFn: () => api.get<Page<Segment>>(`/segments/${id}/closure`) });
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=1000'), enabled: goesByCrm(segment.data?.rule) });
  const [renaming, { open, close }] = useDisclosure(false);
  if (segment.isLoading) return <Loader />;
  const s = segment.data;
  if (!s) return <ProblemNote error={segment.error} />;
  const actions = <><Button variant="default" onClick={open}>Rename</Button><Button component="a" variant="default" href={`/api/v1/segments/${id}/members.csv`} download>Download members</Button></>;
  const nameOf = (other: string) => closure.data?.items.find((x) => x.id === other)?.name ?? other;
  const connectionName = (other: string) => connections.data?.items.find((x) => x.id === other)?.name ?? '';
  return (
    <Stack>
      <PageHeader title={s.name} hint={`${s.kind} segment`} actions={actions} />
      <RenameModal title="Rename segment" path={`/segments/${id}`} present={s} opened={renaming} onClose={close} />
      {s.notices?.map((notice) => <Alert key={notice} color="orange" title="The members may not be right yet" role="status">{notice}</Alert>)}
      <Group grow align="stretch">
        <Card><Text size="xs" c="dimmed">Companies</Text><NumberText value={s.size} fw={700} fz={28} /><Text size="xs" c="dimmed">evaluated <When at={s.evaluatedAt} /></Text></Card>
        <Card><Text size="xs" c="dimmed">Rule</Text><Text size="sm" mt={4}>{ruleText(s.rule, nameOf, connectionName)}</Text></Card>
      </Group>
      <Members id={id} lookAgain={lookAgain(s)} />
    </Stack>
  );
}

function Members({ id, lookAgain: refetchInterval }: { id: string; lookAgain: number | false }) {
  const members = useInfiniteQuery({
    queryKey: ['segments', id, 'members'], initialPageParam: '', refetchInterval,
    queryFn: ({ pageParam }) => api.get<Page<Company>>(`/segments/${id}/members?limit=50${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
  const companies = members.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Card>
      <ProblemNote error={members.error} />
      <Table>
        <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th>Website</Table.Th><Table.Th>Country</Table.Th><Table.Th>Source id</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {companies.map((c) => (
            <Table.Tr key={c.id}><Table.Td fw={500}>{c.name}</Table.Td><Table.Td>{c.website}</Table.Td><Table.Td>{c.country}</Table.Td><Table.Td c="dimmed">{c.sourceId}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {members.isLoading ? <Loader m="md" /> : null}
      {!members.isLoading && companies.length === 0 ? <Text size="sm" c="dimmed" p="md">No company belongs to this segment now.</Text> : null}
      {members.hasNextPage ? <Button variant="subtle" mt="sm" loading={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>Show more</Button> : null}
    </Card>
  );
}
