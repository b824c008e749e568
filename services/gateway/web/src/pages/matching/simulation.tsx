import { Badge, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { Flip, MatchDecisionWord, Simulation } from '../../api/match-types.ts';
import { NumberText } from '../../design/number-text.tsx';

const COLOURS: Record<MatchDecisionWord, string> = { match: 'teal', new: 'signal', review: 'orange' };
const WORDS: Record<MatchDecisionWord, string> = { match: 'in the CRM', new: 'new', review: 'a person decides' };

function Outcome({ decision, accountId, score }: { decision: MatchDecisionWord; accountId: string | null; score: number }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Badge variant="light" color={COLOURS[decision]} tt="none" radius="sm" miw="max-content">{WORDS[decision]}</Badge>
      <Text span size="xs" c="dimmed">{[accountId, `${Math.round(score * 100)}%`].filter(Boolean).join(' · ')}</Text>
    </Group>
  );
}

/** What would be decided differently: how many, and which. */
export function SimulationResult({ result }: { result: Simulation }) {
  const { totals } = result;
  const flips = result.flips.filter((f) => !f.withoutChange);
  return (
    <Card component="section" aria-labelledby="simulation">
      <Title order={2} id="simulation" mb={4}>{totals.flips === 0 ? 'Nothing would be decided differently' : `${totals.flips.toLocaleString('en-US')} of ${totals.compared.toLocaleString('en-US')} would be decided differently`}</Title>
      <Text size="sm" c="dimmed">
        Tried on the last decision about each of {totals.compared.toLocaleString('en-US')} companies and the CRM as it is now. Nothing was changed.
        {totals.withoutChange > 0 ? ` ${totals.withoutChange.toLocaleString('en-US')} more are decided differently by the present rules already, since the CRM has changed.` : ''}
      </Text>
      <Stack gap={4} my="sm">
        {totals.byDecision.map((c) => <Text key={`${c.fromDecision} ${c.toDecision}`} size="sm"><NumberText value={c.count} fw={700} /> from “{WORDS[c.fromDecision]}” to {c.fromDecision === c.toDecision ? 'another account' : `“${WORDS[c.toDecision]}”`}</Text>)}
      </Stack>
      {flips.length > 0 ? <FlipTable flips={flips} /> : null}
      {totals.flips > flips.length ? <Text size="sm" c="dimmed" mt="sm">These are the first {flips.length}.</Text> : null}
    </Card>
  );
}

function FlipTable({ flips }: { flips: Flip[] }) {
  return (
    <Table>
      <Table.Thead><Table.Tr><Table.Th>Company</Table.Th><Table.Th>Was</Table.Th><Table.Th>Would be</Table.Th><Table.Th>Why</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {flips.map((f) => (
          <Table.Tr key={f.companyId}>
            <Table.Td><Text size="sm" fw={600}>{f.name}</Text><Text size="xs" c="dimmed">{[f.website, f.country].filter(Boolean).join(' · ')}</Text></Table.Td>
            <Table.Td><Outcome decision={f.fromDecision} accountId={f.fromAccountId} score={f.fromScore} /></Table.Td>
            <Table.Td><Outcome decision={f.toDecision} accountId={f.toAccountId} score={f.toScore} /></Table.Td>
            <Table.Td><Text size="xs">{f.toReason}</Text></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
