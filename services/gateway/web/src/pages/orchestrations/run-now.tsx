import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Orchestration, Run } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { kindSpeech } from '../../kinds/registry.ts';
import { usePlan } from './preview.tsx';

/** Starts a run of the preview that is looked at, and goes to its page. */
export function useRunNow(orchestration: Orchestration | undefined) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const id = orchestration?.id;
  return useMutation({
    mutationFn: (confirmation: string) => api.post<Run>(`/orchestrations/${id}/runs`, { previewId: orchestration?.latestPreviewId ?? '', ...(confirmation ? { confirmation } : {}) }),
    onSuccess: async (started) => {
      await queries.invalidateQueries({ queryKey: ['runs'] });
      await queries.invalidateQueries({ queryKey: ['orchestrations', id] });
      await navigate({ to: `/runs/${started.id}` });
    },
    // An outdated preview is refused: show the one that has taken its place.
    onError: () => Promise.all([queries.invalidateQueries({ queryKey: ['orchestrations', id] }), queries.invalidateQueries({ queryKey: ['plans'] })]),
  });
}

type Start = ReturnType<typeof useRunNow>;

/** "Run now"; where nothing of it can be undone, the first time only after its name was typed. */
export function RunNowButton({ orchestration, run }: { orchestration: Orchestration; run: Start }) {
  const [asking, { open, close }] = useDisclosure(false);
  if (!orchestration.confirmationNeeded) return <Button loading={run.isPending} onClick={() => run.mutate('')}>Run now</Button>;
  const begin = () => {
    run.reset();
    open();
  };
  return (
    <>
      <Button onClick={begin}>Run now…</Button>
      <Modal opened={asking} onClose={close} title="Confirm the first run" size="lg">{asking ? <Confirm orchestration={orchestration} run={run} onClose={close} /> : null}</Modal>
    </>
  );
}

function Confirm({ orchestration: o, run, onClose }: { orchestration: Orchestration; run: Start; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const plan = usePlan(o.latestPreviewId ?? '').data;
  const same = typed.trim() === o.name;
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (same) run.mutate(typed.trim()); }}>
      <Alert color="orange" title="What this run does cannot be undone" mb="md">
        {plan?.state === 'ready' ? `${kindSpeech(o.kind).words(o.settings).would(plan)}.` : 'There is no finished preview of it yet.'} Look at the preview first.
      </Alert>
      <TextInput label={<>Type <b>{o.name}</b> to confirm</>} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus error={typed !== '' && !o.name.startsWith(typed.trimStart()) ? 'This is not its name.' : undefined} />
      <Text size="xs" c="dimmed" mt={4}>Later runs are not asked for again, and scheduled runs start to happen.</Text>
      <ProblemNote error={run.error} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" color="red" disabled={!same} loading={run.isPending}>Run now</Button>
      </Group>
    </form>
  );
}
