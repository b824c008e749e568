import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { ProblemNote } from './problem-note.tsx';

interface Props {
  title: string;
  /** Of the thing in the API, e.g. /segments/42; also where it is kept: ['segments', '42']. */
  path: string;
  present: { name: string; version: number };
  opened: boolean;
  onClose: () => void;
}

const keyOf = (path: string) => path.split('/').filter(Boolean);

/** Changes a name, unless somebody else has changed the thing since it was opened: then that is said, and the newest can be loaded. */
export function RenameModal(props: Props) {
  return <Modal opened={props.opened} onClose={props.onClose} title={props.title}>{props.opened ? <RenameForm {...props} /> : null}</Modal>;
}

function RenameForm({ path, present, onClose }: Props) {
  // As it was when the form was opened, however often the page behind it is brought up to date.
  const [opened, setOpened] = useState(present);
  const [name, setName] = useState(present.name);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.patch(path, { name, version: opened.version }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keyOf(path).slice(0, 1) });
      onClose();
    },
  });
  const reload = useMutation({
    mutationFn: () => api.get<Props['present']>(path),
    onSuccess: (newest) => {
      setOpened(newest);
      setName(newest.name);
      save.reset();
      queries.setQueryData(keyOf(path), newest);
    },
  });
  const conflict = save.error instanceof ApiProblem && save.error.problems.some((p) => p.field === 'version');
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <Stack>
        <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <ProblemNote error={save.error ?? reload.error} />
        <Group justify="flex-end">
          {conflict ? <Button variant="default" loading={reload.isPending} onClick={() => reload.mutate()}>Load it again</Button> : null}
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || conflict}>Save</Button>
        </Group>
      </Stack>
    </form>
  );
}
