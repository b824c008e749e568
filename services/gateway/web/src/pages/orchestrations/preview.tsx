import { Alert, Button, Card, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Page, Plan, PlanRecord } from '../../api/types.ts';
import { CountsBar, type CountPart } from '../../design/counts-bar.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { reasonWords } from '../../kinds/reason-words.ts';
import { kindSpeech } from '../../kinds/registry.ts';
import { Generating } from './generating.tsx';
import { RecordTable, type RecordsOf } from './record-table.tsx';

const SKIP_COLOURS = ['gray.5', 'gray.6', 'gray.4', 'yellow.6', 'orange.5'];

/** A plan, asked for until it is made. */
export const usePlan = (planId: string) => useQuery({ queryKey: ['plans', planId], queryFn: () => api.get<Plan>(`/plans/${planId}`), refetchInterval: (q) => (q.state.data?.state === 'generating' || !q.state.data ? 700 : false) });

/** What the plan comes to, in a sentence, and the parts of it that are written. */
type Summary = (plan: Plan) => { title: string; parts: CountPart[] };

function summaryOf(of: RecordsOf): Summary {
  const speech = kindSpeech(of?.kind);
  const settings = of?.settings ?? {};
  return (plan) => ({ title: speech.words(settings).would(plan), parts: speech.parts(plan, settings) });
}

interface Props {
  planId: string;
  of: RecordsOf;
  /** Of an undo; otherwise the kind's own. */
  summary?: Summary;
}

/** What a run would do now: counts, a sample of at most 100 records with their reasons, and the full list as CSV. */
export function Preview({ planId, of, summary = summaryOf(of) }: Props) {
  const plan = usePlan(planId);
  const ready = plan.data?.state === 'ready';
  const records = useQuery({ queryKey: ['plans', planId, 'records'], queryFn: () => api.get<Page<PlanRecord>>(`/plans/${planId}/records?limit=100`), enabled: ready });
  if (plan.error) return <ProblemNote error={plan.error} />;
  const p = plan.data;
  if (!p) return <Loader />;
  if (p.state === 'generating') return <Generating plan={p} lookedAt={p.undoesRunId ? 'records' : kindSpeech(of?.kind).words(of?.settings ?? {}).lookedAt} />;
  if (p.state === 'failed') return <Alert color="red" title="The preview could not be generated">{p.problem}</Alert>;
  const { title, parts } = summary(p);
  const skips = Object.entries(p.skippedByReason).map(([reason, value], i) => ({ label: reasonWords(reason), value, color: SKIP_COLOURS[i % SKIP_COLOURS.length] ?? 'gray' }));
  const all = [...parts, ...skips];
  return (
    <Stack>
      {p.outdated ? <Alert color="orange" title="This preview is out of date">{p.outdated} Press “New preview” to see what a run would do now.</Alert> : null}
      {p.guardrail ? <Alert color="orange" title="A run would halt before its first write">{p.guardrail}</Alert> : null}
      <Card>
        <Group justify="space-between" mb="sm">
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed">as of <When at={p.readyAt ?? p.createdAt} /></Text>
        </Group>
        <CountsBar total={all.reduce((sum, part) => sum + part.value, 0)} parts={all} />
      </Card>
      <Card>
        <Group justify="space-between" mb="xs">
          <Text fw={600}>{p.planned > 100 ? 'The first 100 records' : 'Every record'}</Text>
          <Button component="a" size="xs" variant="default" href={`/api/v1/plans/${planId}/records.csv`} download>Download all as CSV</Button>
        </Group>
        <ProblemNote error={records.error} />
        {records.data?.items.length === 0 ? <Text size="sm" c="dimmed">None: nothing has to be written.</Text> : <RecordTable records={records.data?.items ?? []} of={of} withOutcome={false} />}
      </Card>
    </Stack>
  );
}
