import { Button, Group } from '@mantine/core';
import type { useGuardedChange } from './use-guarded-change.ts';
import { ProblemNote } from './problem-note.tsx';

interface Props {
  change: Pick<ReturnType<typeof useGuardedChange>, 'save' | 'reload' | 'conflict'>;
  disabled?: boolean;
  onClose: () => void;
}

/** The end of a form that changes something: what went wrong, and what can be done. */
export function GuardedButtons({ change: { save, reload, conflict }, disabled = false, onClose }: Props) {
  return (
    <>
      <ProblemNote error={save.error ?? reload.error} />
      <Group justify="flex-end">
        {conflict ? <Button variant="default" loading={reload.isPending} onClick={() => reload.mutate()}>Load it again</Button> : null}
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={save.isPending} disabled={disabled || conflict}>Save</Button>
      </Group>
    </>
  );
}
