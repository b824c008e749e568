import { Alert, Button, Group, Kbd, Loader, SegmentedControl, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import type { Review } from '../../api/match-types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { AnsweredTable } from './answered-table.tsx';
import { ReviewCard } from './review-card.tsx';
import { useAnswer, useConnectionNames, useMayMatch, useReviews } from './use-reviews.ts';

/** The companies that the engine leaves to a person. */
export function ReviewsPage() {
  const may = useMayMatch();
  const [state, setState] = useState<'open' | 'answered'>('open');
  const actions = (
    <>
      <SegmentedControl size="xs" value={state} onChange={(value) => setState(value as 'open' | 'answered')} data={[{ value: 'open', label: 'Waiting' }, { value: 'answered', label: 'Answered' }]} />
      <Button component="a" href="/api/v1/match-reviews/answers.csv" download variant="default">Download answers</Button>
    </>
  );
  return (
    <>
      <PageHeader title="Review" hint="Companies that may already be in the CRM. Your answer stands until you take it back." actions={may.see ? actions : undefined} />
      {may.see ? null : <Alert color="gray">You may not see this: it needs the permission matching_read.</Alert>}
      {may.see && state === 'open' ? <Queue act={may.act} /> : null}
      {may.see && state === 'answered' ? <AnsweredTable act={may.act} /> : null}
    </>
  );
}

const keyOf = (review: Review) => `${review.connectionId} ${review.companyId}`;

function Queue({ act }: { act: boolean }) {
  const list = useReviews('open', true);
  const answer = useAnswer();
  const nameOf = useConnectionNames();
  const [at, setAt] = useState(0);
  const [last, setLast] = useState<{ review: Review; words: string }>();
  const items = list.data?.items ?? [];
  const place = Math.min(at, Math.max(0, items.length - 1));
  const review = items[place];
  const total = Math.max(list.data?.total ?? 0, items.length);
  const go = (step: number) => setAt(Math.min(items.length - 1, Math.max(0, place + step)));
  const takeBack = () => {
    if (!last || answer.isPending) return;
    answer.mutate({ connectionId: last.review.connectionId, companyId: last.review.companyId, answer: 'withdraw' }, { onSuccess: () => setLast(undefined) });
  };
  useHotkeys([['ArrowRight', () => go(1)], ['ArrowLeft', () => go(-1)], ['u', takeBack]]);
  return (
    <Stack>
      <ProblemNote error={list.error ?? answer.error} />
      {last ? (
        <Group gap="xs" role="status"><Text size="sm">{last.words}.</Text><Button size="compact-xs" variant="subtle" loading={answer.isPending} onClick={takeBack} rightSection={<Kbd size="xs">U</Kbd>}>Take back</Button></Group>
      ) : null}
      {list.isLoading ? <Loader /> : null}
      {list.data && !review ? <EmptyState title="Nothing waits for you">When a preview or a run meets a company that may or may not be an account of the CRM, it comes here, and no account is made for it meanwhile.</EmptyState> : null}
      {review ? (
        <>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">{(place + 1).toLocaleString('en-US')} of {total.toLocaleString('en-US')} waiting · <PageLink to={`/connections/${review.connectionId}`} size="sm">{nameOf(review.connectionId)}</PageLink></Text>
            <Group gap="xs">
              <Button size="xs" variant="default" disabled={place === 0} onClick={() => go(-1)} leftSection={<Kbd size="xs">←</Kbd>}>Back</Button>
              <Button size="xs" variant="default" disabled={place >= items.length - 1} onClick={() => go(1)} rightSection={<Kbd size="xs">→</Kbd>}>Next</Button>
            </Group>
          </Group>
          <ReviewCard
            key={`${keyOf(review)} ${review.version}`} review={review} busy={answer.isPending || list.isFetching} act={act}
            onAnswer={(said, words) => answer.mutate({ connectionId: review.connectionId, companyId: review.companyId, version: review.version, ...said }, { onSuccess: () => setLast({ review, words }) })}
          />
        </>
      ) : null}
    </Stack>
  );
}
