import { Group, Progress, Stack, Text, Tooltip } from '@mantine/core';

export interface CountPart {
  label: string;
  value: number;
  color: string;
}

/** Counts that add up to a whole, as one bar with its numbers below. */
export function CountsBar({ parts, total }: { parts: CountPart[]; total: number }) {
  const shown = parts.filter((p) => p.value > 0);
  return (
    <Stack gap={6}>
      <Progress.Root size={14} aria-label={parts.map((p) => `${p.label} ${p.value}`).join(', ')}>
        {shown.map((p) => (
          <Tooltip key={p.label} label={`${p.label}: ${p.value.toLocaleString('en-US')}`}>
            <Progress.Section value={(p.value * 100) / Math.max(1, total)} color={p.color} />
          </Tooltip>
        ))}
      </Progress.Root>
      <Group gap="lg">
        {parts.map((p) => (
          <Text key={p.label} size="sm">
            <Text span c={p.color} fw={700}>■ </Text>
            {p.label} <b style={{ fontVariantNumeric: 'tabular-nums' }}>{p.value.toLocaleString('en-US')}</b>
          </Text>
        ))}
      </Group>
    </Stack>
  );
}
