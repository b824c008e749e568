import { Card, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Nothing here yet: what would be here, and the way to it. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Card>
      <Stack align="center" gap="xs" py="xl">
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" ta="center" maw={520}>{children}</Text>
        {action}
      </Stack>
    </Card>
  );
}
