import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ParkedMessage } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useMend } from './parked.ts';

/** "Replay" and "Give up" for messages that were put aside; giving up is asked for twice, since it cannot be taken back. */
export function MendButtons({ messages }: { messages: readonly ParkedMessage[] }) {
  const replay = useMend('replay');
  const discard = useMend('discard');
  const [asking, { open, close }] = useDisclosure(false);
  const records = messages.reduce((sum, m) => sum + m.records, 0);
  return (
    <>
      <ProblemNote error={replay.error ?? discard.error} />
      <Group gap="xs">
        <Button size="xs" loading={replay.isPending} disabled={discard.isPending} onClick={() => replay.mutate(messages)}>Replay</Button>
        {messages.every((m) => m.discardable) ? <Button size="xs" variant="default" loading={discard.isPending} disabled={replay.isPending} onClick={open}>Give up</Button> : null}
      </Group>
      <Modal opened={asking} onClose={close} title={records === 1 ? 'Give up on 1 record?' : `Give up on ${records.toLocaleString('en-US')} records?`}>
        <Text size="sm" mb="md">What the CRM already has stays there and is counted as written: it is asked first. Everything else of them is not written, and fails with the reason. This cannot be taken back.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button color="red" onClick={() => { close(); discard.mutate(messages); }}>Give up</Button>
        </Group>
      </Modal>
    </>
  );
}
