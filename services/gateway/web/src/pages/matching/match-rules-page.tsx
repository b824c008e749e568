import { Alert, Badge, Button, Card, Group, Loader, MultiSelect, NumberInput, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { MatchRules, RuleChoice, Simulation } from '../../api/match-types.ts';
import type { Connection, Page } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { SimulationResult } from './simulation.tsx';
import { useMayMatch } from './use-reviews.ts';

const TIES = [
  { value: 'most_contacts', label: 'most contacts' }, { value: 'most_open_opportunities', label: 'most open opportunities' }, { value: 'most_leads', label: 'most leads' },
  { value: 'newest_activity', label: 'newest activity' }, { value: 'oldest', label: 'oldest' }, { value: 'owner_match', label: 'same owner as the lead' },
];

/** The rules by which companies are matched: tried on what was decided before, then saved. */
export function MatchRulesPage() {
  const may = useMayMatch();
  const rules = useQuery({ queryKey: ['match-rules'], enabled: may.see, queryFn: () => api.get<MatchRules>('/match-rules') });
  return (
    <Stack>
      <PageHeader title="Match rules" hint="When a company is one that the CRM already has. Try a change on past decisions before you save it." />
      {may.see ? null : <Alert color="gray">You may not see this: it needs the permission matching_read.</Alert>}
      <ProblemNote error={rules.error} />
      {rules.isLoading ? <Loader /> : null}
      {rules.data ? <RulesForm key={rules.data.version} rules={rules.data} act={may.act} /> : null}
    </Stack>
  );
}

const numberOf = (value: string | number): number | null => (value === '' ? null : Number(value));

function RulesForm({ rules, act }: { rules: MatchRules; act: boolean }) {
  const queries = useQueryClient();
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=1000') });
  const [picked, pick] = useState<string | null>(null);
  const [matchAt, setMatchAt] = useState(rules.matchAt);
  const [reviewAt, setReviewAt] = useState(rules.reviewAt);
  const [tieBreakers, setTies] = useState(rules.tieBreakers);
  const connectionId = picked ?? connections.data?.items[0]?.id ?? null;
  const choice: RuleChoice = { blocks: rules.builtIn ? [] : rules.blocks, matchAt, reviewAt, tieBreakers };
  const simulate = useMutation({ mutationFn: () => api.post<Simulation>('/match-rules/simulation', { connectionId, ...choice }) });
  const save = useMutation({ mutationFn: () => api.put<MatchRules>('/match-rules', { ...choice, version: rules.version }), onSuccess: (saved) => queries.setQueryData(['match-rules'], saved) });
  const passedOver = tieBreakers.filter((one) => rules.passedOver.includes(one)).length;
  return (
    <>
      <Card>
        <Group justify="space-between" mb="sm"><Title order={2}>{rules.builtIn ? 'The built-in rules' : 'Your own rules'}</Title><Text size="sm" c="dimmed">version {rules.version}</Text></Group>
        <Group gap={6} mb="md">{rules.blocks.map((b) => <Badge key={b.name} variant="light" tt="none" radius="sm">{b.name}: {b.allOf.join(' and ').replaceAll('_', ' ')}{b.ignoreCountry ? ', any country' : ''}</Badge>)}</Group>
        <Group align="flex-start" grow>
          <NumberInput label="A match from" description="Probability, 0 to 1; empty: the engine’s own" value={matchAt ?? ''} onChange={(v) => setMatchAt(numberOf(v))} min={0} max={1} step={0.05} decimalScale={3} disabled={!act} />
          <NumberInput label="A person decides from" description="Probability, 0 to 1; empty: the engine’s own" value={reviewAt ?? ''} onChange={(v) => setReviewAt(numberOf(v))} min={0} max={1} step={0.05} decimalScale={3} disabled={!act} />
        </Group>
        <MultiSelect mt="sm" searchable label="Where several accounts hold equally" description="In the order in which you choose them; the smallest CRM id comes last by itself." data={TIES} value={tieBreakers} onChange={setTies} disabled={!act} />
        {passedOver > 0 ? <Text size="xs" c="dimmed" mt={4}>{passedOver === 1 ? 'One of them is' : `${passedOver} of them are`} passed over until the next preview reads those records from the CRM.</Text> : null}
        <ProblemNote error={simulate.error ?? save.error} />
        <Group mt="md" align="flex-end">
          <Select label="Try it on" data={(connections.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }))} value={connectionId} onChange={pick} allowDeselect={false} placeholder="No connection yet" />
          <Button variant="default" disabled={!connectionId} loading={simulate.isPending} onClick={() => simulate.mutate()}>Try on past decisions</Button>
          {act ? <Button loading={save.isPending} onClick={() => save.mutate()}>Save</Button> : null}
        </Group>
      </Card>
      {simulate.data ? <SimulationResult result={simulate.data} /> : null}
    </>
  );
}
