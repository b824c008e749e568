import { Text, Tooltip } from '@mantine/core';

/** A moment in the reader's zone; the exact time on hover. */
export function When({ at }: { at: string | null | undefined }) {
  if (!at) return <Text span c="dimmed">–</Text>;
  const date = new Date(at);
  return (
    <Tooltip label={date.toISOString()}>
      <Text span size="sm">{date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}</Text>
    </Tooltip>
  );
}
