import { Button, Card, Grid, Group, Kbd, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef, useState } from 'react';
import type { Review, ReviewAccount, ReviewAnswer } from '../../api/match-types.ts';
import { LinkSearch } from './link-search.tsx';
import { useExplanation } from './use-reviews.ts';
import { Waterfall } from './waterfall.tsx';

type Said = Pick<ReviewAnswer, 'answer' | 'accountId'>;

/** Another company of the same list, which the CRM does not have yet. */
const TWIN = 'company:';
const isTwin = (account: ReviewAccount | undefined) => account?.accountId.startsWith(TWIN) ?? false;

const percent = (score: number) => `${Math.round(score * 100)}%`;

/** One company beside the accounts that it may be: what speaks for and against, and the answers. */
export function ReviewCard({ review, busy, act, onAnswer }: { review: Review; busy: boolean; act: boolean; onAnswer: (said: Said, words: string) => void }) {
  const shown = review.accounts.filter((a) => !a.refused);
  const [chosen, choose] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const account = shown[chosen];
  const can = act && !busy;
  const yes = () => can && account && onAnswer({ answer: 'yes', accountId: account.accountId }, `${review.name} is ${account.name}`);
  const no = () => can && shown.length > 0 && onAnswer({ answer: 'no' }, `${review.name} is none of the accounts shown`);
  useHotkeys([
    ['y', () => void yes()], ['n', () => void no()], ['l', () => search.current?.focus()],
    ['ArrowDown', () => choose((at) => Math.min(shown.length - 1, at + 1))], ['ArrowUp', () => choose((at) => Math.max(0, at - 1))],
    ...shown.slice(0, 9).map((_, at): [string, () => void] => [String(at + 1), () => choose(at)]),
  ]);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, sm: 4 }}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">{shown.length === 0 ? 'No account to compare with' : shown.some(isTwin) ? 'What it may be' : shown.length === 1 ? 'The account that it may be' : `The ${shown.length} accounts that it may be`}</Text>
          {shown.map((a, at) => <AccountChoice key={a.accountId} account={a} number={at + 1} chosen={at === chosen} onChoose={() => choose(at)} />)}
          {act ? <LinkSearch connectionId={review.connectionId} busy={busy} field={search} onLink={(a) => onAnswer({ answer: 'link', accountId: a.accountId }, `${review.name} is ${a.name}`)} /> : null}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 8 }}>
        <Card>
          <Title order={2} mb={4}>{account ? 'Are these the same company?' : review.name}</Title>
          <Text size="sm" c="dimmed" mb="md">{review.reason}</Text>
          <SideBySide review={review} account={account} />
          {account ? <Explained key={account.accountId} review={review} account={account} likeliest={review.accounts[0]?.accountId === account.accountId} /> : null}
          {act ? (
            <Group mt="lg">
              <Button color="teal" disabled={!can || !account} onClick={() => void yes()} rightSection={<Kbd>Y</Kbd>}>Yes, the same</Button>
              <Button color="red" variant="light" disabled={!can || shown.length === 0} onClick={() => void no()} rightSection={<Kbd>N</Kbd>}>{shown.length > 1 ? 'No, none of these' : 'No, another company'}</Button>
              <Button variant="default" onClick={() => search.current?.focus()} rightSection={<Kbd>L</Kbd>}>Link to another</Button>
            </Group>
          ) : <Text size="sm" c="dimmed" mt="lg">To answer needs the permission matching_write.</Text>}
        </Card>
      </Grid.Col>
    </Grid>
  );
}

function AccountChoice({ account, number, chosen, onChoose }: { account: ReviewAccount; number: number; chosen: boolean; onChoose: () => void }) {
  return (
    <UnstyledButton onClick={onChoose} aria-pressed={chosen} aria-label={`Compare with ${account.name}`}>
      <Card style={chosen ? { borderColor: 'var(--mantine-primary-color-filled)', boxShadow: '0 0 0 1px var(--mantine-primary-color-filled)' } : undefined}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text size="sm" fw={600}>{account.name}</Text>
            <Text size="xs" c="dimmed">{[account.website, account.country].filter(Boolean).join(' · ')}</Text>
            {isTwin(account) ? <Text size="xs" c="orange">Another company of this list, not in the CRM yet</Text> : null}
          </div>
          <Group gap={6} wrap="nowrap"><Text size="sm">{percent(account.score)}</Text>{number <= 9 ? <Kbd size="xs">{number}</Kbd> : null}</Group>
        </Group>
      </Card>
    </UnstyledButton>
  );
}

function SideBySide({ review, account }: { review: Review; account: ReviewAccount | undefined }) {
  const rows = (['name', 'website', 'country'] as const).map((field) => ({ field, ours: review[field], theirs: account?.[field] ?? '' }));
  return (
    <Table layout="fixed" mb="md" highlightOnHover={false}>
      <Table.Thead><Table.Tr><Table.Th w={90} /><Table.Th>Company</Table.Th><Table.Th>{isTwin(account) ? 'Another company of this list' : 'Account in the CRM'}</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {rows.map(({ field, ours, theirs }) => (
          <Table.Tr key={field}>
            <Table.Td><Text size="sm" c="dimmed" tt="capitalize">{field}</Text></Table.Td>
            <Table.Td><Text fw={field === 'name' ? 650 : 400} style={{ overflowWrap: 'anywhere' }}>{ours || '–'}</Text></Table.Td>
            <Table.Td><Text fw={field === 'name' ? 650 : 400} style={{ overflowWrap: 'anywhere' }}>{theirs || '–'}</Text></Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr><Table.Td><Text size="sm" c="dimmed">Id</Text></Table.Td><Table.Td ff="monospace" fz="xs" style={{ wordBreak: 'break-all' }}>{review.companyId}</Table.Td><Table.Td ff="monospace" fz="xs" style={{ wordBreak: 'break-all' }}>{account?.accountId.replace(TWIN, '') ?? '–'}</Table.Td></Table.Tr>
      </Table.Tbody>
    </Table>
  );
}

function Explained({ review, account, likeliest }: { review: Review; account: ReviewAccount; likeliest: boolean }) {
  const { data } = useExplanation(review, isTwin(account) ? undefined : account.accountId);
  const asked = data?.evidence?.length ? data.evidence : data?.blocks[0]?.evidence;
  // What was planned with is the evidence of the likeliest account; shown until the present one has come, or where the account is gone.
  const evidence = asked ?? (likeliest ? review.evidence : []);
  return (
    <div>
      <Text size="sm" c="dimmed" mb={6}>What spoke for and against{account.score > 0 ? `: ${percent(account.score)}` : ''}</Text>
      <Waterfall evidence={evidence} />
    </div>
  );
}
