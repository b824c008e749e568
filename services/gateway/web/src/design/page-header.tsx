import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Title of a page, one line of what it is for, and its actions on the right. */
export function PageHeader({ title, hint, actions }: { title: ReactNode; hint?: ReactNode; actions?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" mb="lg">
      <Stack gap={2} flex="1 1 260px" miw={0}>
        <Title order={1}>{title}</Title>
        {hint ? <Text c="dimmed" size="sm">{hint}</Text> : null}
      </Stack>
      <Group gap="sm">{actions}</Group>
    </Group>
  );
}
