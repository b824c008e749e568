import { Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { GuardedButtons } from './guarded-buttons.tsx';
import { useGuardedChange } from './use-guarded-change.ts';

interface Props {
  title: string;
  /** Of the thing in the API, e.g. /segments/42; also where it is kept: ['segments', '42']. */
  path: string;
  present: { name: string; version: number };
  opened: boolean;
  onClose: () => void;
}

/** Changes a name, unless somebody else has changed the thing since it was opened: then that is said, and the newest can be loaded. */
export function RenameModal(props: Props) {
  return <Modal opened={props.opened} onClose={props.onClose} title={props.title}>{props.opened ? <RenameForm {...props} /> : null}</Modal>;
}

function RenameForm({ path, present, onClose }: Props) {
  const [name, setName] = useState(present.name);
  const change = useGuardedChange({ path, present, onSaved: onClose, onReloaded: (newest) => setName(newest.name) });
  return (
    <form onSubmit={(event) => { event.preventDefault(); change.save.mutate({ name }); }}>
      <Stack>
        <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <GuardedButtons change={change} disabled={name.trim() === ''} onClose={onClose} />
      </Stack>
    </form>
  );
}
