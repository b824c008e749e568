import { Button, Card, Loader, Table, Text } from '@mantine/core';
import type { Review } from '../../api/match-types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { useAnswer, useReviews } from './use-reviews.ts';

function saidOf(review: Review): string {
  if (!review.accountId) return `Not ${review.accounts.filter((a) => a.refused).map((a) => a.name).join(', ') || 'in the CRM'}`;
  const shown = review.accounts.find((a) => a.accountId === review.accountId);
  return shown ? `Is ${shown.name}` : `Is ${review.accountId}`;
}

/** What people answered, to be taken back. */
export function AnsweredTable({ act }: { act: boolean }) {
  const list = useReviews('answered', true);
  const answer = useAnswer();
  const items = list.data?.items ?? [];
  return (
    <>
      <ProblemNote error={list.error ?? answer.error} />
      {list.isLoading ? <Loader /> : null}
      {list.data && items.length === 0 ? <EmptyState title="No answers yet">What you answer under “Waiting” stands here, and can be taken back.</EmptyState> : null}
      {items.length > 0 ? (
        <Card>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>Company</Table.Th><Table.Th>Answer</Table.Th><Table.Th>When</Table.Th><Table.Th>Who</Table.Th><Table.Th w={120} /></Table.Tr></Table.Thead>
            <Table.Tbody>
              {items.map((r) => (
                <Table.Tr key={`${r.connectionId} ${r.companyId}`}>
                  <Table.Td><Text size="sm" fw={600}>{r.name}</Text><Text size="xs" c="dimmed">{[r.website, r.country].filter(Boolean).join(' · ')}</Text></Table.Td>
                  <Table.Td><Text size="sm">{saidOf(r)}</Text></Table.Td>
                  <Table.Td><When at={r.answeredAt} /></Table.Td>
                  <Table.Td><Text size="xs" c="dimmed">{r.answeredBy.startsWith('user:') ? 'a person' : r.answeredBy.startsWith('token:') ? 'an API token' : r.answeredBy}</Text></Table.Td>
                  <Table.Td>{act ? <Button size="xs" variant="default" disabled={answer.isPending} onClick={() => answer.mutate({ connectionId: r.connectionId, companyId: r.companyId, answer: 'withdraw' })}>Take back</Button> : null}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      ) : null}
      {list.data?.nextCursor ? <Text size="sm" c="dimmed" mt="sm">These are the first {items.length}; the download holds all.</Text> : null}
    </>
  );
}
