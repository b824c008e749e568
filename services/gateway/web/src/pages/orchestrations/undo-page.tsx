import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Orchestration, Plan, Run } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { Preview, usePlan } from './preview.tsx';

const count = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;

/** What the undo would do, as "delete 292 records and set 3 back". */
function doing(plan: Plan): string {
  const { delete: deleted = 0, update: updated = 0 } = plan.toWriteByAction ?? {};
  return [...(deleted ? [`delete ${count(deleted, 'record')}`] : []), ...(updated ? [`set ${count(updated, 'record')} back to what ${updated === 1 ? 'it was' : 'they were'}`] : [])].join(' and ');
}

/** What taking a run back would do now: what is deleted, what is set back, what is left alone and why; and the button that does it. */
export function UndoPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const run = useQuery({ queryKey: ['runs', id], queryFn: () => api.get<Run>(`/runs/${id}`) });
  const orchestrationId = run.data?.orchestrationId;
  const orchestration = useQuery({ queryKey: ['orchestrations', orchestrationId], queryFn: () => api.get<Orchestration>(`/orchestrations/${orchestrationId}`), enabled: orchestrationId !== undefined, retry: false });
  // Planned when the page is opened, and again only when a person asks for it.
  const undo = useQuery({ queryKey: ['undo', id], queryFn: () => api.post<Plan>(`/runs/${id}/undo`), staleTime: Infinity, gcTime: 0, retry: false, refetchOnWindowFocus: false });
  if (!run.data) return run.error ? <ProblemNote error={run.error} /> : <Loader />;
  const planId = undo.data?.id;
  // What cannot be undone now can never be: there is nothing to look at again.
  const never = undo.error instanceof ApiProblem && undo.error.code === 'orchestrations.undo.conversions';
  const actions = (
    <>
      <PageButton to={`/runs/${id}`} variant="default">Back to the run</PageButton>
      {never ? null : <Button variant="default" loading={undo.isFetching} onClick={() => void undo.refetch()}>New preview</Button>}
      {planId ? <RunUndo planId={planId} orchestrationId={run.data.orchestrationId} /> : null}
    </>
  );
  return (
    <Stack>
      <PageHeader title={<>Undo the run of <PageLink to={`/runs/${id}`} inherit>{orchestration.data?.name ?? 'a deleted orchestration'}</PageLink></>} hint={<>run of <When at={run.data.startedAt ?? run.data.queuedAt} />{never ? '' : '; nothing is changed until you press “Run undo”'}</>} actions={actions} />
      {undo.error ? <Alert color="orange" title={never ? 'This run cannot be undone' : 'There is nothing to undo'}>{undo.error.message}</Alert> : null}
      {planId ? <Preview planId={planId} of={orchestration.data} summary={summary} /> : null}
    </Stack>
  );
}

function summary(plan: Plan) {
  const { delete: deleted = 0, update: updated = 0 } = plan.toWriteByAction ?? {};
  return {
    title: plan.toWrite === 0 ? `Nothing would be changed; ${count(plan.planned, 'record')} that the run wrote looked at` : `The undo would ${doing(plan)}; ${count(plan.planned, 'record')} that the run wrote looked at`,
    parts: [...(deleted ? [{ label: 'delete', value: deleted, color: 'red.6' }] : []), ...(updated ? [{ label: 'set back', value: updated, color: 'signal.6' }] : [])],
  };
}

/** Asked for twice: what it deletes comes back only in the CRM itself. */
function RunUndo({ planId, orchestrationId }: { planId: string; orchestrationId: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const plan = usePlan(planId).data;
  const [asking, { open, close }] = useDisclosure(false);
  const start = useMutation({
    mutationFn: () => api.post<Run>(`/orchestrations/${orchestrationId}/runs`, { previewId: planId }),
    onSuccess: async (started) => {
      await queries.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: `/runs/${started.id}` });
    },
  });
  const ready = plan?.state === 'ready' && plan.toWrite > 0;
  return (
    <>
      <Button color="red" disabled={!ready} loading={start.isPending} onClick={open}>Run undo</Button>
      <Modal opened={asking} onClose={close} title="Undo this run?">
        <Text size="sm" mb="md">Signalbox will {plan ? doing(plan) : 'undo it'}. Right before each is written the CRM is asked again, and whatever somebody else has changed by then is left alone. {plan?.toWriteByAction?.['delete'] ? 'A deletion cannot be undone from here; the CRM keeps deleted records in its recycle bin.' : ''}</Text>
        <ProblemNote error={start.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button color="red" loading={start.isPending} onClick={() => start.mutate()}>Run undo</Button>
        </Group>
      </Modal>
    </>
  );
}
